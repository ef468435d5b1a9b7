//! What the settings admit, and what they make of a row.

use super::super::{GcNet, Settings};
use super::{context, job, scores, table};
use crate::refused::refuses;
use candle_core::DType;
use corrkd_config::{Condition, Kernels, MethodPlan, Missing, Presence, Task};
use corrkd_data::Split;
use corrkd_nn::Clip;
use corrkd_train::{Context, Method};

fn some() -> Context {
    context(scores(Task::Binary, 0.0), Split::default(), DType::F32, Kernels::Fused)
}

#[test]
fn the_published_command_is_the_default() {
    let written = table(
        "network = { nodes = \"frames\", width = 50, window = 2 }
        dropout = { recurrent = 0.5 }
        losses = { reconstruction = 1.0 }
        [training]
        epochs = 100
        batch = 32
        learning_rate = 1e-3
        weight_decay = 1e-5
        patience = 0
        selection = \"loss\"",
    );
    assert_eq!(GcNet.defaults(), written);
    assert_eq!(job(Task::Binary, "").settings, written);
    assert_eq!(corrkd_config::typed::<Settings>("the test", written).unwrap(), Settings::default());
}

#[test]
fn impossible_values_are_refused_with_their_key() {
    refuses(
        &GcNet,
        &[
            ("network.width = 0", "network.width"),
            ("network.width = 1", "network.width"),
            ("network.window = 0", "network.window"),
            ("network.nodes = \"words\"", "nodes"),
            ("dropout.recurrent = 1.0", "dropout.recurrent"),
            ("losses.reconstruction = 0.0", "losses.reconstruction"),
            ("losses.task = 1.0", "task"),
            ("training.batch = 0", "training.batch"),
            ("training.learning_rate = 0.0", "training.learning_rate"),
            ("training.weight_decay = -1.0", "training.weight_decay"),
        ],
    );
}

#[test]
fn it_sees_what_is_missing_and_is_validated_on_all_sets() {
    let job = job(Task::Binary, "");
    assert_eq!(job.missing, Some(Missing::default()));
    let learner = GcNet.open(&job, 1, &some(), &[]).unwrap();
    assert_eq!(learner.training().validated_on, Presence::ALL.map(Condition::only));
}

#[test]
fn the_optimizer_is_as_set() {
    let job = job(Task::Binary, "training = { learning_rate = 1e-4, weight_decay = 0.5 }");
    let optimizer = GcNet.open(&job, 1, &some(), &[]).unwrap().training().optimizer.clone();
    assert_eq!(optimizer.clip, Clip::None);
    let groups: Vec<_> = optimizer.groups.iter().map(|group| (group.learning_rate, group.weight_decay)).collect();
    assert_eq!(groups, [(1e-4, 0.5)]);
}
