//! TransM's settings. The defaults are those of the script that stands in for the authors' code ("Script"), or our
//! choice for frames that are words ("Adapted"). It has one set of values for all data.

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
    /// What it minimises beside the labels' loss.
    pub losses: Losses,
    /// How it trains.
    pub training: Training,
}

/// The network's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Size {
    /// Width d of a frame behind the convolutions; even. Adapted: 40. Script: 100.
    pub width: usize,
    /// Frames that each modality's convolution sees; odd. Adapted: 3.
    pub kernel: usize,
    /// Attention heads, which divide the width. Adapted: 10. Script: 5.
    pub heads: usize,
    /// Layers of each encoder. Adapted: 4. Script: 10.
    pub encoder_layers: usize,
    /// Layers of each decoder. Adapted: 2. Script: 5.
    pub decoder_layers: usize,
    /// Width of the feed-forward parts. Adapted: 160. Script: 200 between language and vision, 120 between language and
    /// audio.
    pub feed_forward: usize,
    /// Whether audio is translated into vision and back, too. Paper: no.
    pub audio_vision: bool,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            width: 40,
            kernel: 3,
            heads: 10,
            encoder_layers: 4,
            decoder_layers: 2,
            feed_forward: 160,
            audio_vision: false,
        }
    }
}

/// Dropout probabilities, to the nearest 1/65536.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Probabilities {
    /// What comes out of the convolutions. Script: 0.3, behind the layers that stand there.
    pub projected: f64,
    /// Each residual branch before it is added. Adapted: 0.1. Script: 0.5.
    pub residual: f64,
}

impl Default for Probabilities {
    fn default() -> Self {
        Self { projected: 0.3, residual: 0.1 }
    }
}

/// What is minimised beside the labels' loss, which has weight 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Losses {
    /// Weight of each translation's mean absolute error. Adapted: 1, of standardised features. Script: 10.
    pub translation: f64,
}

impl Default for Losses {
    fn default() -> Self {
        Self { translation: 1.0 }
    }
}

/// How the network is trained and its best epoch chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Passes over the training split at most. Script: 100.
    pub epochs: usize,
    /// Samples per step. Script: 32.
    pub batch: usize,
    /// Adam's step size. Script: 1e-3.
    pub learning_rate: f64,
    /// Epochs without a better validation score before training stops; 0 trains all epochs, as the script does.
    /// Adapted: 20.
    pub patience: usize,
    /// What makes an epoch the best, measured on the validation split alone, the mean over all sets of modalities. The
    /// loss is that of the answers.
    pub selection: Selection,
}

impl Default for Training {
    fn default() -> Self {
        Self { epochs: 100, batch: 32, learning_rate: 1e-3, patience: 20, selection: Selection::Loss }
    }
}

impl Training {
    /// Adam with one rate for all parameters.
    pub(super) fn optimizer(&self) -> OptimizerSettings {
        let learning_rate = self.learning_rate;
        OptimizerSettings {
            groups: vec![Group { prefix: String::new(), learning_rate, weight_decay: 0.0 }],
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
        ranges.hold(n.width.is_multiple_of(2), "network.width", n.width, "an even number")?;
        ranges.size("network.kernel", n.kernel)?;
        ranges.hold(n.kernel % 2 == 1, "network.kernel", n.kernel, "an odd number")?;
        let divides = n.heads > 0 && n.width.is_multiple_of(n.heads);
        ranges.hold(divides, "network.heads", n.heads, format!("a divisor of the width {}", n.width))?;
        ranges.depth("network.encoder_layers", n.encoder_layers)?;
        ranges.depth("network.decoder_layers", n.decoder_layers)?;
        ranges.size("network.feed_forward", n.feed_forward)?;
        ranges.dropout("dropout.projected", self.dropout.projected)?;
        ranges.dropout("dropout.residual", self.dropout.residual)?;
        ranges.positive("losses.translation", self.losses.translation)?;
        let t = &self.training;
        ranges.epochs("training.epochs", t.epochs)?;
        ranges.batch("training.batch", t.batch)?;
        ranges.positive("training.learning_rate", t.learning_rate)
    }
}
