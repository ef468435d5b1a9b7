//! GCNet's settings. The defaults are those of the published command for MOSI and of the code that it runs ("Code"), or
//! our choice where fewer features ask for less ("Adapted"). The code's other commands differ in the width alone. There
//! are no weights of categories: it regresses scores, and asks of each category by itself whether it holds.

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
    /// What counts how much.
    pub losses: Losses,
    /// How it trains.
    pub training: Training,
}

/// What nodes are, and the network's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Size {
    /// What the nodes of a graph are. Code: utterances. Adapted: frames.
    pub nodes: NodeKind,
    /// Width H of each direction of the LSTM that reads the features; half of it is that of the graphs' convolutions.
    /// Code: 50, 100 or 200. Adapted: 50.
    pub width: usize,
    /// Nodes on either side that a node hears. Code: 2.
    pub window: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { nodes: NodeKind::Frames, width: 50, window: 2 }
    }
}

impl Size {
    /// Width D_h of what is known of a node.
    pub(super) const fn hidden(&self) -> usize {
        2 * self.width + self.width / 2
    }
}

/// What the nodes of a graph are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// The frames of an utterance: samples are answered each by itself.
    #[default]
    Frames,
    /// The utterances of a video, in their order: they are answered together.
    Utterances,
}

/// Dropout probabilities, to the nearest 1/65536.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Probabilities {
    /// What goes from the first layer of each LSTM to the second. Code: 0.5.
    pub recurrent: f64,
}

impl Default for Probabilities {
    fn default() -> Self {
        Self { recurrent: 0.5 }
    }
}

/// The factors in the sum; that of the task's loss is 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Losses {
    /// The error of what is rebuilt of that which is missing. Code: 1.
    pub reconstruction: f64,
}

impl Default for Losses {
    fn default() -> Self {
        Self { reconstruction: 1.0 }
    }
}

/// How the network is trained and its best epoch chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Passes over the training split. Code: 100.
    pub epochs: usize,
    /// Graphs per step: samples, or videos where utterances are the nodes. Code: 32 videos.
    pub batch: usize,
    /// Adam's step size. Code: 1e-3.
    pub learning_rate: f64,
    /// Adam's L2 penalty. Code: 1e-5.
    pub weight_decay: f64,
    /// Epochs without a better validation score before training stops; 0 trains all epochs, as the code does.
    pub patience: usize,
    /// What makes an epoch the best, measured on the validation split alone: the mean over all sets of modalities.
    /// Code: weighted F1, for IEMOCAP on the test split. Adapted: the loss, as for the other methods.
    pub selection: Selection,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 100,
            batch: 32,
            learning_rate: 1e-3,
            weight_decay: 1e-5,
            patience: 0,
            selection: Selection::Loss,
        }
    }
}

impl Training {
    /// Adam with one rate for all parameters.
    pub(super) fn optimizer(&self) -> OptimizerSettings {
        let Self { learning_rate, weight_decay, .. } = *self;
        OptimizerSettings {
            groups: vec![Group { prefix: String::new(), learning_rate, weight_decay }],
            clip: Clip::None,
            schedule: Schedule::Constant,
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
        ranges.hold(n.width > 1, "network.width", n.width, "at least 2, since convolutions have half of it")?;
        ranges.size("network.window", n.window)?;
        ranges.dropout("dropout.recurrent", self.dropout.recurrent)?;
        ranges.positive("losses.reconstruction", self.losses.reconstruction)?;
        let t = &self.training;
        ranges.epochs("training.epochs", t.epochs)?;
        ranges.batch("training.batch", t.batch)?;
        ranges.positive("training.learning_rate", t.learning_rate)?;
        ranges.not_negative("training.weight_decay", t.weight_decay)
    }
}
