//! What the settings admit, and what they make of a row.

use super::super::SelfMm;
use super::{SMALL, context, emotions, job, table};
use crate::refused::refuses;
use candle_core::DType;
use corrkd_config::{Kernels, MethodPlan, Task};
use corrkd_data::Split;
use corrkd_nn::{Clip, Optimizer, Schedule, Tail};
use corrkd_train::Method;

#[test]
fn the_published_values_are_the_defaults() {
    let written = table(
        "train_missing = \"none\"
        [network]
        hidden = { language = 64, audio = 16, vision = 32 }
        encoded = { language = 64, audio = 16, vision = 32 }
        fused = 128
        unimodal = { language = 32, audio = 16, vision = 32 }
        [dropout]
        encoders = { language = 0.1, audio = 0.0, vision = 0.0 }
        fused = 0.0
        unimodal = { language = 0.1, audio = 0.1, vision = 0.0 }
        [training]
        epochs = 100
        batch = 16
        accumulate = 4
        learning_rate = { language = 1e-3, audio = 5e-3, vision = 5e-3, others = 1e-3 }
        weight_decay = { language = 1e-3, audio = 1e-3, vision = 1e-3, others = 1e-3 }
        patience = 8
        selection = \"loss\"",
    );
    assert_eq!(SelfMm.defaults(), written);
    assert_eq!(job(Task::Binary, "").settings, written);
}

#[test]
fn one_modality_s_value_can_be_set_alone() {
    let settings = job(Task::Binary, "network.hidden.audio = 8\ntraining.weight_decay.others = 0.5").settings;
    let hidden = table("language = 64\naudio = 8\nvision = 32");
    assert_eq!(settings["network"]["hidden"].as_table(), Some(&hidden));
    let decay = table("language = 1e-3\naudio = 1e-3\nvision = 1e-3\nothers = 0.5");
    assert_eq!(settings["training"]["weight_decay"].as_table(), Some(&decay));
}

#[test]
fn impossible_values_are_refused_with_their_key() {
    refuses(
        &SelfMm,
        &[
            ("network.fused = 0", "network.fused"),
            ("network.hidden.audio = 0", "network.hidden.audio"),
            ("network.encoded.vision = 100000", "network.encoded.vision"),
            ("network.unimodal = 3", "network.unimodal"),
            ("network.unimodal.text = 3", "network.unimodal"),
            ("dropout.fused = 1.0", "dropout.fused"),
            ("dropout.encoders.language = -0.1", "dropout.encoders.language"),
            ("dropout.unimodal.vision = nan", "dropout.unimodal.vision"),
            ("training.batch = 0", "training.batch"),
            ("training.accumulate = 0", "training.accumulate"),
            ("training.learning_rate.audio = 0.0", "training.learning_rate.audio"),
            ("training.learning_rate.others = inf", "training.learning_rate.others"),
            ("training.weight_decay.vision = -1.0", "training.weight_decay.vision"),
            ("training.weight_decay.others = -1.0", "training.weight_decay.others"),
            ("training.clip_norm = 1.0", "clip_norm"),
            ("train_missing = \"some\"", "train_missing"),
        ],
    );
}

/// Each encoder as a whole, its packed layers too, is in a group of its own; what reads them is in the last.
#[test]
fn the_optimizer_is_as_set() {
    for kernels in [Kernels::Composed, Kernels::Fused] {
        let context = context(emotions(), Split::default(), DType::F32, kernels);
        let lines = "training = { learning_rate = { audio = 2e-3 }, weight_decay = { vision = 0.5 }, accumulate = 3 }";
        let learner = SelfMm.open(&job(Task::Emotion, &format!("{lines}\n{SMALL}")), 1, &context, &[]).unwrap();
        let optimizer = &learner.training().optimizer;
        assert_eq!((optimizer.clip, optimizer.schedule), (Clip::None, Schedule::Constant));
        assert_eq!((optimizer.accumulate, optimizer.tail), (3, Tail::Step));
        let groups: Vec<(&str, f64, f64)> =
            optimizer.groups.iter().map(|g| (g.prefix.as_str(), g.learning_rate, g.weight_decay)).collect();
        let expected = [
            ("selfmm.language", 1e-3, 1e-3),
            ("selfmm.audio", 2e-3, 1e-3),
            ("selfmm.vision", 5e-3, 0.5),
            ("", 1e-3, 1e-3),
        ];
        assert_eq!(groups, expected);
        Optimizer::new(learner.params(), optimizer).unwrap();
        let names: Vec<String> = learner.params().values().unwrap().into_keys().collect();
        let inside = |part: &str| names.iter().filter(|name| name.starts_with(&format!("selfmm.{part}."))).count();
        // An LSTM's two weights and two biases, and a projection's; three layers of each of four readers.
        assert_eq!(["language", "audio", "vision", "read"].map(inside), [6, 6, 6, 24]);
        assert_eq!(names.len(), 42);
    }
}
