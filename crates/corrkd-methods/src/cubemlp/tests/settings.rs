//! What the settings admit, and what they make of a row.

use super::super::CubeMlp;
use super::{context, job, scores, table};
use crate::refused::refuses;
use candle_core::DType;
use corrkd_config::{Kernels, MethodPlan, Task};
use corrkd_data::Split;
use corrkd_nn::{Clip, Schedule};
use corrkd_train::Method;

#[test]
fn the_published_command_is_the_default() {
    let written = table(
        "train_missing = \"none\"
        network = { width = 128, kernel = 3, blocks = [[50, 3, 128], [10, 3, 32]] }
        dropout = { encoders = 0.1, time = 0.1, modality = 0.1, channel = 0.1 }
        [training]
        epochs = 70
        batch = 128
        learning_rate = 4e-3
        weight_decay = 0.0
        clip_value = 1.0
        schedule = { every = 60, factor = 0.1 }
        patience = 0
        selection = \"loss\"",
    );
    assert_eq!(CubeMlp.defaults(), written);
    assert_eq!(job(Task::Binary, "").settings, written);
}

#[test]
fn impossible_values_are_refused_with_their_key() {
    refuses(
        &CubeMlp,
        &[
            ("network.width = 0", "network.width"),
            ("network.kernel = 2", "network.kernel"),
            ("network.blocks = []", "network.blocks"),
            ("network.blocks = [[5, 0, 3]]", "network.blocks"),
            ("network.blocks = [[5, 3]]", "network.blocks"),
            ("dropout.time = 1.0", "dropout.time"),
            ("training.batch = 0", "training.batch"),
            ("training.clip_value = 0.0", "training.clip_value"),
            ("training.weight_decay = -1.0", "training.weight_decay"),
            ("training.schedule.every = 0", "training.schedule.every"),
            ("training.schedule.factor = inf", "training.schedule.factor"),
            ("training.clip_norm = 1.0", "clip_norm"),
            ("train_missing = \"some\"", "train_missing"),
        ],
    );
}

#[test]
fn the_optimizer_is_as_set() {
    let context = context(scores(Task::Binary, 0.0), 5, Split::default(), DType::F32, Kernels::Fused);
    let job = job(Task::Binary, "training = { learning_rate = 1e-3, clip_value = 0.5, schedule = { every = 3 } }");
    let optimizer = CubeMlp.open(&job, 1, &context, &[]).unwrap().training().optimizer.clone();
    assert_eq!(optimizer.clip, Clip::Value(0.5));
    assert_eq!(optimizer.schedule, Schedule::Step { every: 3, factor: 0.1 });
    assert_eq!(optimizer.groups.iter().map(|group| group.learning_rate).collect::<Vec<_>>(), [1e-3]);
}
