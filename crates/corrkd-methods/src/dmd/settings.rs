//! DMD's settings. The defaults are those of the published configuration for MOSI and of the code that it runs
//! ("Code"), or our choice where there is none ("Open"). MOSEI's, where they are others, are those of
//! `experiments/table1.toml`. Other data sets have no published values.
//!
//! What the code has as constants are constants here: the graphs' sizes, priors and temperatures, the smallest depth of
//! a memory, the margin of two labels.

use crate::train_missing::TrainMissing;
use corrkd_config::{ConfigError, Modality, PerModality, Ranges, Selection};
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
    /// What it minimises beside the labels' loss.
    pub losses: Losses,
    /// How it trains.
    pub training: Training,
    /// What its training samples lose. The paper trains on complete ones.
    pub train_missing: TrainMissing,
}

/// The network's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Size {
    /// Width d of a frame behind the convolutions; even. Code: 50 (MOSI), 30 (MOSEI).
    pub width: usize,
    /// Attention heads, which divide the width. Code: 10 (MOSI), 6 (MOSEI).
    pub heads: usize,
    /// Layers of the Transformers; those of the memories are three at least. Code: 4.
    pub layers: usize,
    /// Frames that each modality's convolution sees. Code: 5 (MOSI); 5, 1 and 3 (MOSEI).
    pub kernels: PerModality<usize>,
    /// Which frames get their position's code. Code: those that are not zero.
    pub positions: Coded,
}

impl Default for Size {
    fn default() -> Self {
        Self { width: 50, heads: 10, layers: 4, kernels: PerModality::all(5), positions: Coded::NonZero }
    }
}

/// Which frames a Transformer gives their position's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coded {
    /// All.
    All,
    /// Those that are not zero: not those that are missing, where the convolution sees nothing else.
    NonZero,
}

/// Dropout probabilities, to the nearest 1/65536.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Probabilities {
    /// Raw language features. Code: 0.5 (MOSI), 0.3 (MOSEI).
    pub language: f64,
    /// Attention weights, by the modality that is attended to; language's is also that of the memories. Code: 0.3, 0.2
    /// and 0 (MOSI); 0.4, 0 and 0 (MOSEI).
    pub attention: PerModality<f64>,
    /// A Transformer's embedded frames. Code: 0.2 (MOSI), 0 (MOSEI).
    pub embedding: f64,
    /// Inside the feed-forward part, after its activation. Code: 0.
    pub feed_forward: f64,
    /// Each residual branch before it is added. Code: 0.
    pub residual: f64,
    /// The hidden layer of all that reads answers out. Code: 0.5.
    pub output: f64,
}

impl Default for Probabilities {
    fn default() -> Self {
        let attention = PerModality { language: 0.3, audio: 0.2, vision: 0.0 };
        Self { language: 0.5, attention, embedding: 0.2, feed_forward: 0.0, residual: 0.0, output: 0.5 }
    }
}

/// What is minimised beside the labels' loss, which has weight 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Losses {
    /// Weight of decoupling: reconstruction, cycle and the two constraints. Code: 0.1.
    pub decoupling: f64,
    /// Weight of the constraints in decoupling, the margin's and orthogonality's. Code: 0.1.
    pub constraints: f64,
    /// Weight of each graph's distillation. Code: 0.05.
    pub distillation: f64,
    /// How orthogonality is measured. Code: by cosines above zero.
    pub orthogonality: Orthogonality,
    /// Whether in the homogeneous graph representations learn from each other, too. The code works this loss out, and
    /// does not add it.
    pub homogeneous_representations: bool,
}

impl Default for Losses {
    fn default() -> Self {
        Self {
            decoupling: 0.1,
            constraints: 0.1,
            distillation: 0.05,
            orthogonality: Orthogonality::Positive,
            homogeneous_representations: false,
        }
    }
}

/// How far from orthogonal a modality's own features and its common ones are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Orthogonality {
    /// max(0, cos), as the code has it.
    Positive,
    /// cos, as the paper prints it; least where they are opposite.
    Signed,
}

/// How the network is trained and its best epoch chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Passes over the training split at most. Open; 100. In the code patience alone ends it.
    pub epochs: usize,
    /// Samples per batch. Code: 16.
    pub batch: usize,
    /// Batches whose gradients are summed for one step. Code: 10.
    pub accumulate: usize,
    /// What happens to an epoch's last batches where they are fewer than that. Open; a step is taken on them. The code
    /// forgets them, which on few samples leaves no step at all.
    pub tail: Tail,
    /// Adam's step size at the start. Code: 1e-4.
    pub learning_rate: f64,
    /// Adam's L2 penalty. Code: 0; the 0.005 (MOSI) and 0.001 (MOSEI) of its configuration never reach the optimizer.
    pub weight_decay: f64,
    /// Each element of a step's gradient is cut to this on either side of zero. Code: 0.6, behind each batch.
    pub clip_value: f64,
    /// How the step size falls.
    pub schedule: PlateauSchedule,
    /// Epochs without a better validation score before training stops; 0 trains all epochs. Code: 10.
    pub patience: usize,
    /// What makes an epoch the best, measured on the validation split alone, under the complete condition, or the mean
    /// over all sets of modalities where training samples lose some. Code: the loss, which is the mean absolute error.
    pub selection: Selection,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 100,
            batch: 16,
            accumulate: 10,
            tail: Tail::Step,
            learning_rate: 1e-4,
            weight_decay: 0.0,
            clip_value: 0.6,
            schedule: PlateauSchedule::default(),
            patience: 10,
            selection: Selection::Loss,
        }
    }
}

/// The step size times a factor whenever the validation loss no longer falls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlateauSchedule {
    /// The factor. Code: 0.5.
    pub factor: f64,
    /// Epochs that may pass. Code: 5.
    pub patience: usize,
}

impl Default for PlateauSchedule {
    fn default() -> Self {
        Self { factor: 0.5, patience: 5 }
    }
}

impl Training {
    /// Adam with one rate for all parameters.
    pub(super) fn optimizer(&self) -> OptimizerSettings {
        let Self { learning_rate, weight_decay, clip_value, accumulate, tail, .. } = *self;
        let PlateauSchedule { factor, patience } = self.schedule;
        OptimizerSettings {
            groups: vec![Group { prefix: String::new(), learning_rate, weight_decay }],
            clip: Clip::Value(clip_value),
            schedule: Schedule::Plateau { factor, patience },
            accumulate,
            tail,
        }
    }
}

impl Settings {
    /// Checks what types cannot say; `whose` names the row in errors.
    pub(super) fn check(&self, whose: &str) -> Result<(), ConfigError> {
        let ranges = Ranges::of(whose);
        let Size { width, heads, layers, ref kernels, .. } = self.network;
        ranges.size("network.width", width)?;
        ranges.hold(width % 2 == 0, "network.width", width, "an even number")?;
        ranges.hold(
            heads > 0 && width % heads == 0,
            "network.heads",
            heads,
            format!("a divisor of the width {width}"),
        )?;
        ranges.depth("network.layers", layers)?;
        for m in Modality::ALL {
            ranges.size(&format!("network.kernels.{m}"), *kernels.get(m))?;
        }
        let d = &self.dropout;
        for m in Modality::ALL {
            ranges.dropout(&format!("dropout.attention.{m}"), *d.attention.get(m))?;
        }
        for (key, p) in [
            ("dropout.language", d.language),
            ("dropout.embedding", d.embedding),
            ("dropout.feed_forward", d.feed_forward),
            ("dropout.residual", d.residual),
            ("dropout.output", d.output),
        ] {
            ranges.dropout(key, p)?;
        }
        let l = &self.losses;
        ranges.not_negative("losses.decoupling", l.decoupling)?;
        ranges.not_negative("losses.constraints", l.constraints)?;
        ranges.not_negative("losses.distillation", l.distillation)?;
        let t = &self.training;
        ranges.epochs("training.epochs", t.epochs)?;
        ranges.batch("training.batch", t.batch)?;
        ranges.at_least_one("training.accumulate", t.accumulate)?;
        ranges.positive("training.learning_rate", t.learning_rate)?;
        ranges.not_negative("training.weight_decay", t.weight_decay)?;
        ranges.positive("training.clip_value", t.clip_value)?;
        let falls = t.schedule.factor > 0.0 && t.schedule.factor < 1.0;
        ranges.hold(falls, "training.schedule.factor", t.schedule.factor, "a number between 0 and 1")
    }
}
