//! What the settings admit, and what they make of a row.

use super::super::{Dmd, Settings};
use super::{context, job, scores, table};
use crate::refused::refuses;
use candle_core::DType;
use corrkd_config::{Kernels, MethodPlan, PerModality, Task};
use corrkd_data::Split;
use corrkd_nn::{Clip, Schedule, Tail};
use corrkd_train::{Context, Method};

fn some() -> Context {
    context(scores(Task::Binary, 0.0), PerModality::all(5), Split::default(), DType::F32, Kernels::Fused)
}

#[test]
fn the_published_configuration_for_mosi_is_the_default() {
    let written = table(
        "train_missing = \"none\"
        [network]
        width = 50
        heads = 10
        layers = 4
        kernels = { language = 5, audio = 5, vision = 5 }
        positions = \"non-zero\"
        [dropout]
        language = 0.5
        attention = { language = 0.3, audio = 0.2, vision = 0.0 }
        embedding = 0.2
        feed_forward = 0.0
        residual = 0.0
        output = 0.5
        [losses]
        decoupling = 0.1
        constraints = 0.1
        distillation = 0.05
        orthogonality = \"positive\"
        homogeneous_representations = false
        [training]
        epochs = 100
        batch = 16
        accumulate = 10
        tail = \"step\"
        learning_rate = 1e-4
        weight_decay = 0.0
        clip_value = 0.6
        schedule = { factor = 0.5, patience = 5 }
        patience = 10
        selection = \"loss\"",
    );
    assert_eq!(Dmd.defaults(), written);
    assert_eq!(job(Task::Binary, "").settings, written);
    assert_eq!(corrkd_config::typed::<Settings>("the test", written).unwrap(), Settings::default());
}

#[test]
fn impossible_values_are_refused_with_their_key() {
    refuses(
        &Dmd,
        &[
            ("network.width = 0", "network.width"),
            ("network = { width = 5, heads = 5 }", "network.width"),
            ("network.heads = 0", "network.heads"),
            ("network.heads = 4", "network.heads"),
            ("network.layers = 0", "network.layers"),
            ("network.kernels = { language = 5, audio = 0, vision = 3 }", "network.kernels.audio"),
            ("network.kernels = { language = 5, audio = 1 }", "vision"),
            ("network.positions = \"some\"", "positions"),
            ("dropout.output = 1.0", "dropout.output"),
            ("dropout.attention = { language = 0.0, audio = 0.0, vision = -0.1 }", "dropout.attention.vision"),
            ("losses.decoupling = -1.0", "losses.decoupling"),
            ("losses.constraints = nan", "losses.constraints"),
            ("losses.distillation = inf", "losses.distillation"),
            ("losses.orthogonality = \"none\"", "orthogonality"),
            ("training.batch = 0", "training.batch"),
            ("training.accumulate = 0", "training.accumulate"),
            ("training.tail = \"keep\"", "tail"),
            ("training.learning_rate = 0.0", "training.learning_rate"),
            ("training.clip_value = 0.0", "training.clip_value"),
            ("training.weight_decay = -1.0", "training.weight_decay"),
            ("training.schedule.factor = 1.0", "training.schedule.factor"),
            ("training.schedule.every = 5", "every"),
            ("train_missing = \"some\"", "train_missing"),
        ],
    );
}

#[test]
fn the_optimizer_is_as_set() {
    let lines =
        "[training]\nlearning_rate = 1e-3\nclip_value = 0.5\naccumulate = 3\ntail = \"drop\"\nschedule.patience = 2";
    let optimizer = Dmd.open(&job(Task::Binary, lines), 1, &some(), &[]).unwrap().training().optimizer.clone();
    assert_eq!(optimizer.clip, Clip::Value(0.5));
    assert_eq!(optimizer.schedule, Schedule::Plateau { factor: 0.5, patience: 2 });
    assert_eq!((optimizer.accumulate, optimizer.tail), (3, Tail::Drop));
    assert_eq!(optimizer.groups.iter().map(|group| group.learning_rate).collect::<Vec<_>>(), [1e-3]);
}
