//! What must not matter to a trained network's answers or to a student's losses.

use super::{OTHERWISE, SEED, generated, settings, student_of, view};
use crate::learner::{Learner, View};
use crate::lesson::Lesson;
use crate::predict::answers;
use crate::teacher::Teacher;
use candle_core::DType;
use corrkd_config::{Condition, Presence, Settings};
use corrkd_data::{Dataset, Split};
use corrkd_nn::Noise;
use corrkd_random::Stream;

/// The numbers of two answers, and how far they may be apart: f32's rounding, from another order of the same sums.
fn close(a: &[Vec<f32>], b: &[Vec<f32>]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().flatten().zip(b.iter().flatten()) {
        assert!((a - b).abs() <= 1e-5 * a.abs().max(1.0), "{a} and {b}");
    }
}

fn teacher(data: &Dataset, rest: &str) -> (Teacher, Settings, View) {
    let settings = settings("binary", rest);
    let view = view(data, &settings, DType::F32);
    (Teacher::new(&settings.for_teacher(), SEED, view.clone()).unwrap(), settings, view)
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
        let (teacher, _, view) = teacher(&data, rest);
        for condition in conditions {
            let see = |split: &Split| answers(teacher.network(), split, condition, SEED, &view).unwrap().logits;
            let all = see(&data.test);
            let lengths: Vec<usize> = data.test.samples.iter().map(|sample| sample.length).collect();
            let [shortest, longest] = [lengths.iter().min(), lengths.iter().max()].map(|l| *l.unwrap());
            assert!(shortest < longest, "nothing is ever padded here");
            for (i, answer) in all.iter().enumerate().step_by(29) {
                close(&see(&part(&data.test, &[i])), std::slice::from_ref(answer));
            }
            let order = Stream::new(SEED, "order").permutation(all.len());
            let reordered: Vec<Vec<f32>> = order.iter().map(|&i| all[i].clone()).collect();
            close(&see(&part(&data.test, &order)), &reordered);
            // Beside the longest sample, the shortest is nearly all padding.
            let at = |length| lengths.iter().position(|l| *l == length).unwrap();
            let pair = [at(shortest), at(longest)];
            close(&see(&part(&data.test, &pair)), &pair.map(|i| all[i].clone()));
        }
    }
}

/// What a missing modality's frames held never changes an answer, to the last bit.
#[test]
fn values_under_a_missing_modality_never_matter() {
    let data = generated();
    let (teacher, _, view) = teacher(&data, "");
    let mut other = data.test.clone();
    for sample in &mut other.samples {
        sample.features.audio = vec![f32::NAN; sample.features.audio.len()].into();
        sample.features.vision = vec![1e30; sample.features.vision.len()].into();
    }
    let only_language = Condition::only(Presence::ALL[0]);
    let see = |split| answers(teacher.network(), split, only_language, SEED, &view).unwrap().logits;
    assert_eq!(see(&data.test), see(&other));
}

/// Of two categories there is one beside the target: DKD without softening is plain distillation, alpha times.
#[test]
fn with_two_categories_dkd_is_plain_distillation() {
    let data = generated();
    let lesson = |form: &str| {
        let (teacher, settings, view) = teacher(&data, form);
        let (student, _) = student_of(&teacher, &settings, SEED, &view);
        Lesson::of(&student, &view.batch(&data.train, &[0, 1, 2, 3]), 1, Noise::OFF).unwrap().losses
    };
    let plain = lesson("losses.rcd.form = \"kl\"");
    let decoupled = lesson("losses.rcd = { form = \"dkd\", dkd = { alpha = 2.5, beta = 8, temperature = 1 } }");
    let of = |losses: &[(&str, f64)], name| losses.iter().find(|(term, _)| *term == name).unwrap().1;
    let (kl, dkd) = (of(&plain, "kl"), of(&decoupled, "dkd"));
    assert!(kl > 1e-3 && (dkd - 2.5 * kl).abs() < 1e-5 * kl, "{kl} and {dkd}");
}

/// Losses and gradients of a student, in f64 and without dropout, for the batch in two orders. Its masks are drawn by
/// sample, so they move along.
#[test]
fn a_students_lesson_does_not_depend_on_the_order_of_the_batch() {
    let data = generated();
    let none = "dropout.language = 0.0\ndropout.attention = 0.0\ndropout.feed_forward = 0.0\ndropout.residual = 0.0\ndropout.output = 0.0";
    for (task, rest) in [("binary", ""), ("seven", OTHERWISE)] {
        let settings = settings(task, &format!("{none}\n{rest}"));
        let view = view(&data, &settings, DType::F64);
        let teacher = Teacher::new(&settings.for_teacher(), SEED, view.clone()).unwrap();
        let (student, _) = student_of(&teacher, &settings, SEED, &view);
        let indices: Vec<usize> = (0..24).collect();
        let order = Stream::new(SEED, "order").permutation(indices.len());
        let learn = |indices: &[usize]| {
            Lesson::of(&student, &view.batch(&data.train, indices), 3, Noise::step(SEED, 0)).unwrap()
        };
        let (one, other) = (learn(&indices), learn(&order));
        assert_eq!(one.losses.len(), 5);
        for ((name, a), (_, b)) in one.losses.iter().zip(&other.losses) {
            assert!((a - b).abs() <= 1e-12 * a.abs(), "{name}: {a} and {b}");
        }
        let norm = one.gradients.norm().unwrap();
        let [one, other] = [&one, &other].map(|lesson| lesson.gradients.by_parameter(student.params()).unwrap());
        for name in student.params().values().unwrap().keys() {
            let worst = (&one[name] - &other[name]).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap();
            assert!(worst.to_scalar::<f64>().unwrap() <= 1e-12 * norm, "{name}: {worst}");
        }
    }
}
