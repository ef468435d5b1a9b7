//! What must not matter to a network's answers: the batch, its order, padding, and what a missing modality held.

use super::{Case, SEED, cases};
use corrkd_config::{Condition, Modality, Presence};
use corrkd_data::{Batch, Sample, Split, test_corruption};
use corrkd_random::Stream;
use corrkd_record::Answer;
use corrkd_train::predict;

/// How far two answers may be apart: f32's rounding, from another order of the same sums.
fn close(name: &str, a: &[Answer], b: &[Answer]) {
    assert_eq!(a.len(), b.len());
    let numbers = |answers: &[Answer]| answers.iter().flat_map(Answer::numbers).collect::<Vec<f32>>();
    for (a, b) in numbers(a).iter().zip(&numbers(b)) {
        assert!((a - b).abs() <= 1e-5 * a.abs().max(1.0), "{name}: {a} and {b}");
    }
}

/// The samples of a split at `indices`.
fn part(split: &Split, indices: &[usize]) -> Split {
    Split { samples: indices.iter().map(|&i| split.samples[i].clone()).collect() }
}

/// A sample's answer is its own: alone, beside any others, with any amount of padding, in any order. Where samples stay
/// together, that holds of their groups.
#[test]
fn answers_do_not_depend_on_the_batch() {
    for case in cases() {
        for learner in case.learners() {
            let context = case.context();
            let test = &case.data.test;
            let groups = learner.together(test);
            let lengths: Vec<usize> = test.samples.iter().map(|s| s.length(Modality::Language)).collect();
            let [shortest, longest] = [lengths.iter().min(), lengths.iter().max()].map(|l| *l.unwrap());
            assert!(shortest < longest, "nothing is ever padded here");
            for condition in [Condition::COMPLETE, Condition::only(Presence::ALL[3]), Condition::dropped(0.5)] {
                let see = |split: &Split| predict(learner.as_ref(), split, condition, SEED, &context).unwrap().answers;
                let all = see(test);
                let at = |indices: &[usize]| indices.iter().map(|&i| all[i].clone()).collect::<Vec<_>>();
                for group in groups.iter().step_by(29) {
                    close(&case.name, &see(&part(test, group)), &at(group));
                }
                let order = Stream::new(SEED, "order").permutation(groups.len());
                let order: Vec<usize> = order.into_iter().flat_map(|group| groups[group].clone()).collect();
                close(&case.name, &see(&part(test, &order)), &at(&order));
                // Beside the longest sample, the shortest is nearly all padding.
                let with = |length| {
                    let of = |group: &&Vec<usize>| group.iter().any(|&i| lengths[i] == length);
                    groups.iter().find(of).unwrap().clone()
                };
                let pair = [with(shortest), with(longest)].concat();
                close(&case.name, &see(&part(test, &pair)), &at(&pair));
            }
        }
    }
}

/// What a missing modality's frames held never changes an answer, to the last bit.
#[test]
fn values_under_a_missing_modality_never_matter() {
    for case in cases() {
        let mut other = case.data.test.clone();
        for sample in &mut other.samples {
            sample.features.audio = vec![f32::NAN; sample.features.audio.len()].into();
            sample.features.vision = vec![1e30; sample.features.vision.len()].into();
        }
        let only_language = Condition::only(Presence::ALL[0]);
        for learner in case.learners() {
            let context = case.context();
            let see = |split| predict(learner.as_ref(), split, only_language, SEED, &context).unwrap().answers;
            assert!(see(&case.data.test) == see(&other), "{}", case.name);
        }
    }
}

/// Test samples that lack by nature what they lose under a condition.
fn lacking(case: &Case, condition: Condition) -> Split {
    let (test, widths, statistics) = (&case.data.test, &case.data.widths, case.data.statistics());
    let sample = |(i, sample): (usize, &Sample)| {
        let batch = Batch::gather(test, &[i], widths);
        let batch = batch.masked(widths, |row| test_corruption(SEED, row, &condition, &statistics));
        let features = batch.features.map(|_, values| values.clone().into());
        Sample { present: batch.present, features, ..sample.clone() }
    };
    Split { samples: test.samples.iter().enumerate().map(sample).collect() }
}

/// A modality or a frame that a sample lacks by nature is missing as one is that was taken away: the answer is the same, to
/// the last bit.
#[test]
fn what_is_missing_by_nature_is_missing() {
    for case in cases() {
        for (learner, stage) in case.learners().into_iter().zip(&case.row.stages) {
            let context = case.context();
            let see =
                |split: &Split, condition| predict(learner.as_ref(), split, condition, SEED, &context).unwrap().answers;
            let whole = see(&case.data.test, Condition::COMPLETE);
            for condition in [Condition::only(Presence::ALL[3]), Condition::dropped(0.5)] {
                let (taken, lacking) = (see(&case.data.test, condition), lacking(&case, condition));
                assert!(taken == see(&lacking, Condition::COMPLETE), "{} under {condition}", case.name);
                // A part of what answers may read none of it, as one that is for the samples without it.
                assert!(taken != whole || stage.is_part, "{}: {condition} takes nothing away", case.name);
                // What is not there cannot be taken away once more.
                assert!(taken == see(&lacking, condition), "{} under {condition}, twice", case.name);
            }
        }
    }
}
