//! CubeMLP's settings. The defaults are those of the published command for MOSI and of the code that it runs ("Code"),
//! or our choice where word-aligned features ask for one ("Adapted"). Other data sets have no published values. There are no
//! weights of categories: it regresses scores, and asks of each category by itself whether it holds.

use crate::train_missing::TrainMissing;
use corrkd_config::{ConfigError, Ranges, Selection};
use corrkd_nn::{Clip, Group, OptimizerSettings, Schedule, Tail};
use serde::{Deserialize, Serialize};

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The network.
    pub network: Size,
    /// Dropout while it trains.
    pub dropout: Probabilities,
    /// How it trains.
    pub training: Training,
    /// What its training samples lose. The paper trains on complete ones.
    pub train_missing: TrainMissing,
}

/// The network's size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Size {
    /// Width d of a frame behind the encoders. Code: 128.
    pub width: usize,
    /// Frames that audio's and vision's convolutions see; odd. Code: 3.
    pub kernel: usize,
    /// For each block the sizes (time, modality, channel) of its hidden layers, which are also those of its output. Code:
    /// (50, 3, 128), then (10, 3, 32).
    pub blocks: Vec<[usize; 3]>,
}

impl Default for Size {
    fn default() -> Self {
        Self { width: 128, kernel: 3, blocks: vec![[50, 3, 128], [10, 3, 32]] }
    }
}

/// Dropout probabilities, to the nearest 1/65536. Code: 0.1 each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Probabilities {
    /// What comes out of each modality's encoder.
    pub encoders: f64,
    /// What comes out of the MLPs over time.
    pub time: f64,
    /// What comes out of the MLPs over modalities.
    pub modality: f64,
    /// What comes out of the MLPs over channels.
    pub channel: f64,
}

impl Default for Probabilities {
    fn default() -> Self {
        Self { encoders: 0.1, time: 0.1, modality: 0.1, channel: 0.1 }
    }
}

/// How the network is trained and its best epoch chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Passes over the training split. Code: 70.
    pub epochs: usize,
    /// Samples per step. Code: 128.
    pub batch: usize,
    /// Adam's step size at the start. Code: 4e-3.
    pub learning_rate: f64,
    /// Adam's L2 penalty. Code: 0.
    pub weight_decay: f64,
    /// Each element of the gradient is cut to this on either side of zero. Code: 1.
    pub clip_value: f64,
    /// How the step size falls.
    pub schedule: StepSchedule,
    /// Epochs without a better validation score before training stops; 0 trains all epochs, as the code does.
    pub patience: usize,
    /// What makes an epoch the best, measured on the validation split alone, under the complete condition, or the mean over
    /// all sets of modalities where training samples lose some. Code: the loss, which is the mean absolute error.
    pub selection: Selection,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 70,
            batch: 128,
            learning_rate: 4e-3,
            weight_decay: 0.0,
            clip_value: 1.0,
            schedule: StepSchedule::default(),
            patience: 0,
            selection: Selection::Loss,
        }
    }
}

/// The step size times a factor, again and again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StepSchedule {
    /// Epochs between. Code: 60.
    pub every: usize,
    /// The factor. Code: 0.1.
    pub factor: f64,
}

impl Default for StepSchedule {
    fn default() -> Self {
        Self { every: 60, factor: 0.1 }
    }
}

impl Training {
    /// Adam with one rate for all parameters. The code's second rate is for the BERT that it tunes.
    pub(super) fn optimizer(&self) -> OptimizerSettings {
        let Self { learning_rate, weight_decay, clip_value, schedule: StepSchedule { every, factor }, .. } = *self;
        OptimizerSettings {
            groups: vec![Group { prefix: String::new(), learning_rate, weight_decay }],
            clip: Clip::Value(clip_value),
            schedule: Schedule::Step { every, factor },
            accumulate: 1,
            tail: Tail::Step,
        }
    }
}

impl Settings {
    /// Checks what types cannot say; `whose` names the row in errors.
    pub(super) fn check(&self, whose: &str) -> Result<(), ConfigError> {
        let ranges = Ranges::of(whose);
        let n = &self.network;
        ranges.size("network.width", n.width)?;
        ranges.size("network.kernel", n.kernel)?;
        ranges.hold(n.kernel % 2 == 1, "network.kernel", n.kernel, "an odd number")?;
        let filled = !n.blocks.is_empty() && n.blocks.iter().flatten().all(|&size| size > 0);
        ranges.hold(
            filled,
            "network.blocks",
            format!("{:?}", n.blocks),
            "one or more [time, modality, channel], each number at least 1",
        )?;
        ranges.depth("network.blocks", n.blocks.len())?;
        n.blocks.iter().flatten().try_for_each(|&size| ranges.size("network.blocks", size))?;
        let d = &self.dropout;
        for (key, p) in [
            ("dropout.encoders", d.encoders),
            ("dropout.time", d.time),
            ("dropout.modality", d.modality),
            ("dropout.channel", d.channel),
        ] {
            ranges.dropout(key, p)?;
        }
        let t = &self.training;
        ranges.epochs("training.epochs", t.epochs)?;
        ranges.batch("training.batch", t.batch)?;
        ranges.positive("training.learning_rate", t.learning_rate)?;
        ranges.not_negative("training.weight_decay", t.weight_decay)?;
        ranges.positive("training.clip_value", t.clip_value)?;
        ranges.at_least_one("training.schedule.every", t.schedule.every)?;
        ranges.positive("training.schedule.factor", t.schedule.factor)
    }
}
