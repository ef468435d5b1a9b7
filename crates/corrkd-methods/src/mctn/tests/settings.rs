//! What the settings admit, and what they make of a row.

use super::super::Mctn;
use super::{context, jobs, learners, scores, table};
use crate::refused::refuses;
use candle_core::DType;
use corrkd_config::{Condition, Job, Kernels, MethodPlan, Presence, Protocol, Task};
use corrkd_data::Split;
use corrkd_nn::Clip;
use corrkd_train::{Context, Method, Needed, TrainError};
use std::collections::BTreeMap;

fn empty() -> Context {
    context(scores(Task::Binary, 0.0), Presence::COMPLETE, Split::default(), DType::F32, Kernels::Fused)
}

#[test]
fn the_published_configuration_is_the_default() {
    let written = table(
        "network.width = 32
        losses = { translation = 0.1, cycle = 0.1, hierarchy = 0.1 }
        [training]
        epochs = 200
        batch = 32
        learning_rate = 1e-4
        head_l2 = 0.01
        patience = 20
        selection = \"loss\"",
    );
    assert_eq!(Mctn.defaults(), written);
    assert_eq!(jobs(Task::Binary, "").last().unwrap().settings, written);
}

#[test]
fn impossible_values_are_refused_with_their_key() {
    refuses(
        &Mctn,
        &[
            ("network.width = 0", "network.width"),
            ("network.layers = 2", "layers"),
            ("losses.translation = 0.0", "losses.translation"),
            ("losses.cycle = -1.0", "losses.cycle"),
            ("losses.hierarchy = inf", "losses.hierarchy"),
            ("training.epochs = 0", "training.epochs"),
            ("training.batch = 0", "training.batch"),
            ("training.learning_rate = 0.0", "training.learning_rate"),
            ("training.head_l2 = -0.1", "training.head_l2"),
            ("train_missing = \"mrm\"", "train_missing"),
        ],
    );
}

/// Six trainings on complete samples, of which the last answers and needs all others; the models of two modalities do
/// not depend on what only the others have.
#[test]
fn a_row_is_six_trainings() {
    let stages = |lines: &str| Mctn.stages("a row", table(lines), &Protocol::default()).unwrap();
    let plan = stages("");
    let names: Vec<&str> = plan.iter().map(|stage| stage.name).collect();
    assert_eq!(names, ["mctn-a", "mctn-v", "mctn-la", "mctn-lv", "mctn-av", "mctn"]);
    let last = plan.len() - 1;
    for (place, stage) in plan.iter().enumerate() {
        assert_eq!((stage.is_part, stage.sees_missing, stage.training), (place < last, false, "training"));
        assert_eq!(stage.needs, (0..if place == last { last } else { 0 }).collect::<Vec<_>>(), "{}", stage.name);
    }
    let other = stages("losses.hierarchy = 0.2");
    let same: Vec<&str> = plan.iter().zip(&other).filter(|(a, b)| a == b).map(|(a, _)| a.name).collect();
    assert_eq!(same, ["mctn-la", "mctn-lv", "mctn-av"]);
}

#[test]
fn training_is_as_set() {
    let lines = "training = { learning_rate = 1e-3, head_l2 = 0.05, epochs = 7, patience = 2 }";
    for (stage, learner) in learners(Task::Binary, lines, 1, &empty()) {
        let training = learner.training();
        assert_eq!((training.epochs, training.batch, training.patience), (7, 32, 2));
        assert_eq!(training.validated_on, [Condition::COMPLETE]);
        assert_eq!(training.optimizer.clip, Clip::None);
        let groups: Vec<_> =
            training.optimizer.groups.iter().map(|g| (g.prefix.clone(), g.learning_rate, g.weight_decay)).collect();
        let head = format!("{stage}.regressor.head.weight");
        assert!(learner.params().values().unwrap().contains_key(&head));
        assert_eq!(groups, [(String::new(), 1e-3, 0.0), (head, 1e-3, 0.1)]);
    }
}

#[test]
fn a_job_of_another_method_is_an_error() {
    let jobs = jobs(Task::Binary, "");
    let [first, .., last] = &jobs[..] else { panic!("{jobs:?}") };
    let of_teacher = Job { stage: "teacher".to_owned(), ..first.clone() };
    let other_settings = Job { settings: table("network.blocks = 1"), ..first.clone() };
    let needed = |job: &Job| Needed { job: job.clone(), weights: BTreeMap::new() };
    let teachers: Vec<Needed> = (0..5).map(|_| needed(&of_teacher)).collect();
    let none: &[Needed] = &[];
    for (job, needs) in
        [(&of_teacher, none), (&other_settings, none), (first, &[needed(first)]), (last, none), (last, &teachers)]
    {
        let error = Mctn.open(job, 1, &empty(), needs).err().unwrap();
        assert!(matches!(error, TrainError::Job { method: "mctn", .. }), "{error}");
    }
}
