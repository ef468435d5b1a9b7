//! What the settings admit, and what they make of a row.

use super::super::Smil;
use super::{SMALL, context, emotions, fresh, jobs, scores, table};
use crate::refused::refuses;
use candle_core::DType;
use corrkd_config::{Condition, Job, Kernels, MethodPlan, Missing, Presence, Task};
use corrkd_data::Split;
use corrkd_nn::{Clip, Schedule};
use corrkd_train::{Learner, Method, Needed, TrainError};
use std::collections::BTreeMap;

#[test]
fn the_published_values_are_the_defaults() {
    let written = table(
        "network = { width = 40, heads = 10, layers = 2, feed_forward = 160, kernel = 3, hidden = 64 }
        reconstruction = { priors = 10, iterations = 25, hidden = 64 }
        dropout = { encoders = 0.1, hidden = 0.5 }
        losses = { fused = 0.01, hidden = 0.01 }
        [pretraining]
        epochs = 50
        batch = 32
        learning_rate = 1e-3
        weight_decay = 1e-4
        decay = { every = 25, factor = 0.1 }
        patience = 0
        selection = \"loss\"
        [training]
        epochs = 50
        batch = 64
        learning_rate = 1e-3
        weight_decay = 1e-4
        decay = { every = 31, factor = 0.1 }
        patience = 0
        selection = \"loss\"
        [inner]
        learning_rate = 1e-3
        decay = { every = 6, factor = 0.1 }",
    );
    assert_eq!(Smil.defaults(), written);
}

/// SMIL's own settings leave the pretraining as it is, and so rows that differ there share it.
#[test]
fn a_stage_has_the_settings_it_depends_on() {
    let [first, smil] = jobs(Task::Binary, "");
    let keys = |job: &Job| job.settings.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&first), ["network", "dropout", "pretraining"]);
    assert_eq!(keys(&smil), ["network", "reconstruction", "dropout", "losses", "training", "inner"]);
    assert_eq!((first.missing, smil.missing), (None, Some(Missing::default())));
    for same in ["training.epochs = 3", "reconstruction.priors = 4", "inner.decay.every = 2", "losses.fused = 0.5"] {
        let [other, of] = jobs(Task::Binary, same);
        assert!(other == first && of != smil, "{same}");
    }
    for other in ["pretraining.decay.factor = 0.5", "network.hidden = 8", "dropout.hidden = 0.0"] {
        assert_ne!(jobs(Task::Binary, other)[0], first, "{other}");
    }
}

#[test]
fn impossible_values_are_refused_with_their_key() {
    refuses(
        &Smil,
        &[
            ("network.width = 5", "network.width"),
            ("network.heads = 3", "network.heads"),
            ("network.layers = 0", "network.layers"),
            ("network.kernel = 2", "network.kernel"),
            ("network.hidden = 0", "network.hidden"),
            ("network.depth = 1", "depth"),
            ("reconstruction.priors = 0", "reconstruction.priors"),
            ("reconstruction.iterations = 0", "reconstruction.iterations"),
            ("reconstruction.hidden = 0", "reconstruction.hidden"),
            ("dropout.encoders = 1.0", "dropout.encoders"),
            ("dropout.hidden = -0.5", "dropout.hidden"),
            ("losses.fused = -1.0", "losses.fused"),
            ("losses.hidden = nan", "losses.hidden"),
            ("pretraining.batch = 0", "pretraining.batch"),
            ("pretraining.decay.every = 0", "pretraining.decay.every"),
            ("training.epochs = 0", "training.epochs"),
            ("training.learning_rate = 0.0", "training.learning_rate"),
            ("training.weight_decay = -1.0", "training.weight_decay"),
            ("training.decay.factor = inf", "training.decay.factor"),
            ("inner.learning_rate = -1.0", "inner.learning_rate"),
            ("inner.decay.every = 0", "inner.decay.every"),
            ("train_missing = \"none\"", "train_missing"),
        ],
    );
}

#[test]
fn each_training_is_as_set() {
    let context = context(emotions(), Presence::ALL[3], Split::default(), DType::F32, Kernels::Fused);
    let lines = "
        pretraining = { batch = 5, decay.every = 3 }
        training = { learning_rate = 2e-3, weight_decay = 0.5, decay.factor = 0.25 }";
    let jobs = jobs(Task::Emotion, lines);
    let first = Smil.open(&jobs[0], 1, &context, &[]).unwrap();
    let smil = fresh(Task::Emotion, &format!("{lines}{SMALL}"), 1, &context);
    assert_eq!((first.training().batch, smil.training().batch), (5, 64));
    assert_eq!(first.training().validated_on, [Condition::COMPLETE]);
    let sets = Presence::ALL[3].subsets().map(Condition::only).collect::<Vec<_>>();
    assert_eq!((sets.len(), &smil.training().validated_on), (3, &sets));
    for (learner, rate, decay, schedule) in [
        (&*first, 1e-3, 1e-4, Schedule::Step { every: 3, factor: 0.1 }),
        (&smil, 2e-3, 0.5, Schedule::Step { every: 31, factor: 0.25 }),
    ] {
        let optimizer = &learner.training().optimizer;
        let groups: Vec<_> = optimizer.groups.iter().map(|group| (group.learning_rate, group.weight_decay)).collect();
        assert_eq!((&groups[..], optimizer.clip, optimizer.schedule), (&[(rate, decay)][..], Clip::None, schedule));
    }
}

#[test]
fn a_job_of_another_kind_is_an_error() {
    let context = context(scores(Task::Binary, 0.0), Presence::COMPLETE, Split::default(), DType::F32, Kernels::Fused);
    let [first, smil] = jobs(Task::Binary, "");
    let stage = Job { stage: "teacher".to_owned(), ..first.clone() };
    let settings = Job { settings: table("losses = 1"), ..first.clone() };
    let missing = Job { missing: smil.missing, ..first.clone() };
    for job in [stage, settings, missing, smil.clone()] {
        let error = Smil.open(&job, 1, &context, &[]).err().unwrap();
        assert!(matches!(error, TrainError::Job { method: "smil", .. }), "{error}");
    }
    let need = Needed { job: first, weights: BTreeMap::new() };
    let error = Smil.open(&smil, 1, &context, &[need]).err().unwrap().to_string();
    assert!(error.contains("smil-pretrained.") && error.contains("absent"), "{error}");
}
