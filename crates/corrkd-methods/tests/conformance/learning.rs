//! Everything trainable learns, and nothing else.

use super::{Case, SEED, cases};
use candle_core::Tensor;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Learner, Pass, TrainingBatch};
use std::collections::{BTreeMap, BTreeSet};

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// A step on the first training samples in each of three epochs, as labels that a method generates itself take time: every
/// parameter gets a finite gradient, which is not all zero in one of them, and moves.
#[test]
fn every_parameter_learns() {
    for case in cases() {
        for (mut learner, stage) in case.learners().into_iter().zip(&case.row.stages) {
            let name = format!("{}, {}", case.name, stage.name);
            let context = case.context();
            let split = &context.train;
            let groups = learner.together(split);
            // An odd number: the signs of absolute errors must not cancel.
            let indices: Vec<usize> = groups.into_iter().flatten().take(31).collect();
            let batch = &context.batch(split, &indices);
            let before = learner.params().values().unwrap();
            let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
            let mut at_rest: BTreeSet<&String> = before.keys().collect();
            for epoch in 1..=3 {
                let key = DropoutKey::new(SEED, epoch);
                let batch = TrainingBatch { batch, split, indices: &indices, epoch, key };
                let gradients = Pass::of(learner.as_ref(), &batch).unwrap().gradients;
                let gradients = gradients.by_parameter(learner.params()).unwrap();
                for parameter in before.keys() {
                    let gradient =
                        gradients.get(parameter).unwrap_or_else(|| panic!("{name}: {parameter} has no gradient"));
                    let gradient = numbers(gradient);
                    assert!(gradient.iter().all(|g| g.is_finite()), "{name}: {parameter}'s gradient is not finite");
                    if gradient.iter().any(|&g| g != 0.0) {
                        at_rest.remove(parameter);
                    }
                }
                let losses = learner.step(&batch, &mut optimizer).unwrap();
                assert_eq!(losses.fault(), None, "{name}");
                optimizer.end_epoch(learner.params()).unwrap();
            }
            assert!(at_rest.is_empty(), "{name}: these gradients are zero: {at_rest:?}");
            let after = learner.params().values().unwrap();
            for (parameter, value) in &before {
                assert!(numbers(&after[parameter]) != numbers(value), "{name}: {parameter} did not move");
            }
        }
    }
}

/// A stage's parameters are its own: what it needs of other stages is frozen, and none of what the optimizer changes.
#[test]
fn what_a_stage_needs_is_not_trained() {
    for case in cases() {
        let learners = case.learners();
        let names = |learner: &dyn Learner| learner.params().values().unwrap().into_keys().collect::<Vec<_>>();
        for (stage, learner) in case.row.stages.iter().zip(&learners) {
            let own = names(learner.as_ref());
            assert!(!own.is_empty());
            for &need in &stage.needs {
                let shared: Vec<String> = names(learners[need].as_ref());
                assert!(own.iter().all(|name| !shared.contains(name)), "{}: {}", case.name, stage.name);
            }
        }
    }
}

/// Two stages, of whichever methods, never have runs of the same name; and the table that says how a stage trains is there.
#[test]
fn stages_are_told_apart_and_say_how_they_train() {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let cases: Vec<Case> = cases();
    for case in &cases {
        for (number, stage) in case.row.stages.iter().enumerate() {
            let owner = owners.entry(stage.name).or_insert(case.method.name());
            assert_eq!(*owner, case.method.name(), "both have a stage `{}`", stage.name);
            let epochs = case.job(number).epochs();
            assert!(epochs > 0, "{}: the settings of `{}` have no {}.epochs", case.name, stage.name, stage.training);
            let learner_trains = case.learners()[number].training().epochs;
            assert_eq!(epochs, learner_trains, "{}: {}", case.name, stage.name);
        }
    }
}
