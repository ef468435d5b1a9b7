//! What must not matter to a trained network's answers or to a student's losses.

use super::{OTHERWISE, Resolved, SEED, context, generated, pass, pass_in, settings, student_of, teacher_of};
use crate::corrkd::Teacher;
use candle_core::DType;
use corrkd_config::{Condition, Modality, Presence};
use corrkd_data::{Dataset, Row, Split, test_corruption};
use corrkd_nn::DropoutKey;
use corrkd_random::Stream;
use corrkd_record::Answer;
use corrkd_train::{Context, Known, Learner, Model, Output, predict};

/// The numbers of two networks' answers, and how far they may be apart: f32's rounding, from another order of the same
/// sums.
fn close(a: &[Answer], b: &[Answer]) {
    assert_eq!(a.len(), b.len());
    let numbers = |answers: &[Answer]| answers.iter().flat_map(Answer::numbers).collect::<Vec<f32>>();
    for (a, b) in numbers(a).iter().zip(&numbers(b)) {
        assert!((a - b).abs() <= 1e-5 * a.abs().max(1.0), "{a} and {b}");
    }
}

fn teacher(data: &Dataset, rest: &str) -> (Teacher, Resolved, Context) {
    let settings = settings("binary", rest);
    let context = context(data, &settings, DType::F32);
    (teacher_of(&settings, SEED, &context), settings, context)
}

/// The samples of a split at `indices`.
fn part(split: &Split, indices: &[usize]) -> Split {
    Split { samples: indices.iter().map(|&i| split.samples[i].clone()).collect() }
}

/// A sample's answer is its own: alone, beside any others, with any amount of padding, in any order.
#[test]
fn answers_do_not_depend_on_the_batch() {
    let data = generated();
    let conditions = [Condition::COMPLETE, Condition::only(Presence::ALL[3]), Condition::dropped(0.5)];
    for rest in ["", OTHERWISE] {
        let (teacher, _, context) = teacher(&data, rest);
        for condition in conditions {
            let see = |split: &Split| predict(&teacher, split, condition, SEED, &context).unwrap().answers;
            let all = see(&data.test);
            let lengths: Vec<usize> = data.test.samples.iter().map(|s| s.length(Modality::Language)).collect();
            let [shortest, longest] = [lengths.iter().min(), lengths.iter().max()].map(|l| *l.unwrap());
            assert!(shortest < longest, "nothing is ever padded here");
            for (i, answer) in all.iter().enumerate().step_by(29) {
                close(&see(&part(&data.test, &[i])), std::slice::from_ref(answer));
            }
            let order = Stream::new(SEED, "order").permutation(all.len());
            let reordered: Vec<Answer> = order.iter().map(|&i| all[i].clone()).collect();
            close(&see(&part(&data.test, &order)), &reordered);
            // Beside the longest sample, the shortest is nearly all padding.
            let at = |length| lengths.iter().position(|l| *l == length).unwrap();
            let pair = [at(shortest), at(longest)];
            close(&see(&part(&data.test, &pair)), &pair.map(|i| all[i].clone()));
        }
    }
}

/// What was encoded under another condition is not encoded again, and the answers have the same bits.
#[test]
fn what_is_known_changes_no_bit() {
    let data = generated();
    for rest in ["", "network.attend_missing = false"] {
        let (teacher, _, context) = teacher(&data, rest);
        let mut known = Known::of(data.test.samples.len());
        let complete = context.batch(&data.test, &(0..data.test.samples.len()).collect::<Vec<_>>());
        for condition in Presence::ALL.map(Condition::only).into_iter().chain([Condition::dropped(0.5)]) {
            let corruption = |row: &Row<'_>| test_corruption(SEED, row, &condition, &context.statistics);
            let batch = complete.masked(&context.widths, corruption);
            let numbers = |said: Output| said.representation.unwrap().to_vec2::<f32>().unwrap();
            let (plain, again) = (teacher.answer(&batch), teacher.answer_again(&batch, &mut known));
            assert!(numbers(plain.unwrap()) == numbers(again.unwrap()), "{condition} {rest}");
        }
    }
}

/// What a missing modality's frames held never changes an answer, to the last bit.
#[test]
fn values_under_a_missing_modality_never_matter() {
    let data = generated();
    let (teacher, _, context) = teacher(&data, "");
    let mut other = data.test.clone();
    for sample in &mut other.samples {
        sample.features.audio = vec![f32::NAN; sample.features.audio.len()].into();
        sample.features.vision = vec![1e30; sample.features.vision.len()].into();
    }
    let only_language = Condition::only(Presence::ALL[0]);
    let see = |split| predict(&teacher, split, only_language, SEED, &context).unwrap().answers;
    assert_eq!(see(&data.test), see(&other));
}

/// Of two categories there is one beside the target: DKD without softening is plain distillation, alpha times.
#[test]
fn with_two_categories_dkd_is_plain_distillation() {
    let data = generated();
    let losses = |form: &str| {
        let (teacher, settings, context) = teacher(&data, form);
        let (student, _) = student_of(&teacher, &settings, SEED, &context);
        pass(&student, &context, &[0, 1, 2, 3], DropoutKey::NONE).losses
    };
    let plain = losses("losses.rcd.form = \"kl\"");
    let decoupled = losses("losses.rcd = { form = \"dkd\", dkd = { alpha = 2.5, beta = 8, temperature = 1 } }");
    let of = |losses: &[(&str, f64)], name| losses.iter().find(|(term, _)| *term == name).unwrap().1;
    let (kl, dkd) = (of(&plain, "kl"), of(&decoupled, "dkd"));
    assert!(kl > 1e-3 && (dkd - 2.5 * kl).abs() < 1e-5 * kl, "{kl} and {dkd}");
}

/// Losses and gradients of a student, in f64 and without dropout, for the batch in two orders. Its masks are drawn by
/// sample, so they move along.
#[test]
fn what_a_student_learns_does_not_depend_on_the_order_of_the_batch() {
    let data = generated();
    let none = "dropout.language = 0.0\ndropout.attention = 0.0\ndropout.feed_forward = 0.0\ndropout.residual = 0.0\ndropout.output = 0.0";
    for (task, rest) in [("binary", ""), ("seven", OTHERWISE), ("regression", "")] {
        let settings = settings(task, &format!("{none}\n{rest}"));
        let context = context(&data, &settings, DType::F64);
        let teacher = teacher_of(&settings, SEED, &context);
        let (student, _) = student_of(&teacher, &settings, SEED, &context);
        let indices: Vec<usize> = (0..24).collect();
        let order = Stream::new(SEED, "order").permutation(indices.len());
        let learn = |indices: &[usize]| pass_in(3, &student, &context, indices, DropoutKey::new(SEED, 0));
        let (one, other) = (learn(&indices), learn(&order));
        assert_eq!(one.losses.len(), 5);
        for ((name, a), (_, b)) in one.losses.iter().zip(&other.losses) {
            assert!((a - b).abs() <= 1e-12 * a.abs(), "{name}: {a} and {b}");
        }
        let norm = one.gradients.norm().unwrap();
        let [one, other] = [&one, &other].map(|pass| pass.gradients.by_parameter(student.params()).unwrap());
        for name in student.params().values().unwrap().keys() {
            let worst = (&one[name] - &other[name]).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap();
            assert!(worst.to_scalar::<f64>().unwrap() <= 1e-12 * norm, "{name}: {worst}");
        }
    }
}
