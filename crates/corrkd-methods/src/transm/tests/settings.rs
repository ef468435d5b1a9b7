//! What the settings admit, and what they make of a row.

use super::super::TransM;
use super::{context, job, scores, table};
use crate::refused::refuses;
use candle_core::DType;
use corrkd_config::{Condition, Kernels, MethodPlan, Missing, Presence, Task};
use corrkd_data::Split;
use corrkd_nn::{Clip, Schedule};
use corrkd_train::{Context, Method};

fn empty() -> Context {
    context(scores(Task::Binary, 0.0), Split::default(), DType::F32, Kernels::Fused)
}

#[test]
fn the_defaults_are_as_decided() {
    let written = table(
        "network = { width = 40, kernel = 3, heads = 10, encoder_layers = 4, decoder_layers = 2, feed_forward = 160, \
                     audio_vision = false }
        dropout = { projected = 0.3, residual = 0.1 }
        losses.translation = 1.0
        training = { epochs = 100, batch = 32, learning_rate = 1e-3, patience = 20, selection = \"loss\" }",
    );
    assert_eq!(TransM.defaults(), written);
    assert_eq!(job(Task::Binary, "").settings, written);
}

#[test]
fn impossible_values_are_refused_with_their_key() {
    refuses(
        &TransM,
        &[
            ("network.width = 0", "network.width"),
            ("network.width = 15", "network.width"),
            ("network.kernel = 2", "network.kernel"),
            ("network.heads = 0", "network.heads"),
            ("network.heads = 3", "network.heads"),
            ("network.encoder_layers = 0", "network.encoder_layers"),
            ("network.decoder_layers = 0", "network.decoder_layers"),
            ("network.feed_forward = 0", "network.feed_forward"),
            ("network.layers = 2", "layers"),
            ("dropout.projected = 1.0", "dropout.projected"),
            ("dropout.residual = -0.1", "dropout.residual"),
            ("losses.translation = 0.0", "losses.translation"),
            ("training.epochs = 0", "training.epochs"),
            ("training.batch = 0", "training.batch"),
            ("training.learning_rate = 0.0", "training.learning_rate"),
            ("train_missing = \"none\"", "train_missing"),
        ],
    );
}

#[test]
fn it_is_trained_on_samples_that_lose_something_and_chosen_by_all_sets() {
    let job = job(Task::Binary, "training = { learning_rate = 2e-3, epochs = 7, patience = 2, batch = 5 }");
    assert_eq!(job.missing, Some(Missing::default()));
    let learner = TransM.open(&job, 1, &empty(), &[]).unwrap();
    let training = learner.training();
    assert_eq!((training.epochs, training.batch, training.patience), (7, 5, 2));
    assert_eq!(training.validated_on, Presence::ALL.map(Condition::only));
    let optimizer = &training.optimizer;
    assert_eq!((optimizer.clip, optimizer.schedule), (Clip::None, Schedule::Constant));
    let groups: Vec<_> = optimizer.groups.iter().map(|group| (group.learning_rate, group.weight_decay)).collect();
    assert_eq!(groups, [(2e-3, 0.0)]);
}
