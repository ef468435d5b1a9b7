//! SMIL's settings. The defaults are those of the authors' code, which has them for two modalities of audiovisual MNIST
//! ("Code"), or our choice for sequences of three ("Adapted"): no code for sentiment was published. The numbers of
//! epochs are CorrKD's on MOSI; schedules, which the code counts in iterations, are the same shares of a training.

use corrkd_config::{ConfigError, Ranges, Selection, merge, typed};
use corrkd_nn::{Clip, Group, OptimizerSettings, Schedule, Tail};
use serde::{Deserialize, Serialize};
use toml::Table;

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The main network, pretrained and then trained on.
    pub network: Size,
    /// What missing modalities are reconstructed of.
    pub reconstruction: Reconstructing,
    /// Dropout while it trains.
    pub dropout: Probabilities,
    /// What counts how much.
    pub losses: Losses,
    /// How the main network is pretrained on complete samples.
    pub pretraining: Training,
    /// How SMIL trains.
    pub training: Training,
    /// The inner step.
    pub inner: Inner,
}

/// The main network's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Width d of a modality's frames and features. Adapted: 40, as CorrKD's.
    pub width: usize,
    /// Attention heads, which divide the width. Adapted: 10.
    pub heads: usize,
    /// Transformer layers of a modality's encoder. Adapted: 2.
    pub layers: usize,
    /// Width of their feed-forward part. Adapted: 4 d.
    pub feed_forward: usize,
    /// Frames the temporal convolution sees; odd. Adapted: 3.
    pub kernel: usize,
    /// Width of the hidden layer behind the three modalities' features. Code: 64.
    pub hidden: usize,
}

/// How missing modalities are reconstructed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reconstructing {
    /// Priors of a modality, K. Code: 10.
    pub priors: usize,
    /// Iterations of k-means at most. Adapted: 25.
    pub iterations: usize,
    /// Width of the hidden layer of the network that weighs them. Adapted: 64; the code has no hidden layer.
    pub hidden: usize,
}

/// Dropout probabilities, to the nearest 1/65536.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probabilities {
    /// Inside the encoders: attention weights, the feed-forward part, both branches. Adapted: 0.1.
    pub encoders: f64,
    /// The hidden layer, before numbers are read out of it. Code: 0.5 (0.6 while it pretrains).
    pub hidden: f64,
}

/// The factors in the outer loss of how far features of samples with something missing are from those of complete ones;
/// that of the task's loss is 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Losses {
    /// The three modalities' features. Code: 0.01.
    pub fused: f64,
    /// The hidden layer. Code: 0.01.
    pub hidden: f64,
}

/// How a network is trained and its best epoch chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Passes over the training split. Code: 60 for pretraining, 8000 iterations for SMIL. Adapted: 50 for both.
    pub epochs: usize,
    /// Samples per step. Code: 32 for pretraining, 64 for SMIL (its program's default is 128).
    pub batch: usize,
    /// Adam's step size. Code: 1e-3.
    pub learning_rate: f64,
    /// Adam's L2 penalty. Code: 1e-4.
    pub weight_decay: f64,
    /// How the step size falls. Code: to a tenth after half of the pretraining, and after 5/8 of SMIL's training.
    /// Adapted: 25 and 31 epochs.
    pub decay: Decay,
    /// Epochs without a better validation score before training stops; 0 trains all epochs, as the code does.
    pub patience: usize,
    /// What makes an epoch the best, measured on the validation split alone: under the complete condition for
    /// pretraining, the mean over all sets of modalities for SMIL. The code takes accuracy on its test split.
    pub selection: Selection,
}

/// The inner step, of gradient descent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inner {
    /// The step size. Code: 1e-3.
    pub learning_rate: f64,
    /// How it falls. Code: to a tenth after each 1000 of 8000 iterations. Adapted: 6 epochs.
    pub decay: Decay,
}

/// A step size that falls from time to time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decay {
    /// Epochs between.
    pub every: usize,
    /// The factor. Code: 0.1.
    pub factor: f64,
}

impl Default for Settings {
    fn default() -> Self {
        let training = |batch, every| Training {
            epochs: 50,
            batch,
            learning_rate: 1e-3,
            weight_decay: 1e-4,
            decay: Decay { every, factor: 0.1 },
            patience: 0,
            selection: Selection::Loss,
        };
        Self {
            network: Size { width: 40, heads: 10, layers: 2, feed_forward: 160, kernel: 3, hidden: 64 },
            reconstruction: Reconstructing { priors: 10, iterations: 25, hidden: 64 },
            dropout: Probabilities { encoders: 0.1, hidden: 0.5 },
            losses: Losses { fused: 0.01, hidden: 0.01 },
            pretraining: training(32, 25),
            training: training(64, 31),
            inner: Inner { learning_rate: 1e-3, decay: Decay { every: 6, factor: 0.1 } },
        }
    }
}

impl Training {
    /// Adam with one rate for all parameters, and its schedule.
    pub(super) fn optimizer(&self) -> OptimizerSettings {
        let &Self { learning_rate, weight_decay, decay: Decay { every, factor }, .. } = self;
        OptimizerSettings {
            groups: vec![Group { prefix: String::new(), learning_rate, weight_decay }],
            clip: Clip::None,
            schedule: Schedule::Step { every, factor },
            accumulate: 1,
            tail: Tail::Step,
        }
    }
}

impl Inner {
    /// The step size in an epoch, from 1.
    pub(super) fn rate(&self, epoch: usize) -> f64 {
        let Decay { every, factor } = self.decay;
        self.learning_rate * factor.powi(((epoch - 1) / every).try_into().unwrap_or(i32::MAX))
    }
}

impl Settings {
    /// Those that differ from the defaults by `settings`, single keys of a table among them.
    ///
    /// # Errors
    /// [`ConfigError`] names the key that is not one of them, or whose value is of another kind.
    pub fn read(whose: &str, settings: &Table) -> Result<Self, ConfigError> {
        let mut table = Self::default().table();
        merge(&mut table, settings);
        typed(whose, table)
    }

    /// As a table, in the order of the fields.
    pub(super) fn table(&self) -> Table {
        Table::try_from(self).expect("numbers, texts and tables have a form in TOML")
    }

    /// Without these tables.
    pub(super) fn without(&self, tables: &[&str]) -> Table {
        let mut table = self.table();
        for name in tables {
            table.remove(*name);
        }
        table
    }

    /// Checks what types cannot say; `whose` names the row in errors.
    pub(super) fn check(&self, whose: &str) -> Result<(), ConfigError> {
        let ranges = Ranges::of(whose);
        let n = &self.network;
        ranges.size("network.width", n.width)?;
        ranges.hold(n.width.is_multiple_of(2), "network.width", n.width, "a positive even number")?;
        let divides = n.heads > 0 && n.width.is_multiple_of(n.heads);
        ranges.hold(divides, "network.heads", n.heads, "a divisor of network.width")?;
        ranges.depth("network.layers", n.layers)?;
        ranges.size("network.feed_forward", n.feed_forward)?;
        ranges.size("network.kernel", n.kernel)?;
        ranges.hold(n.kernel % 2 == 1, "network.kernel", n.kernel, "an odd number")?;
        ranges.size("network.hidden", n.hidden)?;
        let r = &self.reconstruction;
        ranges.size("reconstruction.priors", r.priors)?;
        ranges.epochs("reconstruction.iterations", r.iterations)?;
        ranges.size("reconstruction.hidden", r.hidden)?;
        ranges.dropout("dropout.encoders", self.dropout.encoders)?;
        ranges.dropout("dropout.hidden", self.dropout.hidden)?;
        ranges.not_negative("losses.fused", self.losses.fused)?;
        ranges.not_negative("losses.hidden", self.losses.hidden)?;
        for (name, t) in [("pretraining", &self.pretraining), ("training", &self.training)] {
            let key = |leaf: &str| format!("{name}.{leaf}");
            ranges.epochs(&key("epochs"), t.epochs)?;
            ranges.batch(&key("batch"), t.batch)?;
            ranges.positive(&key("learning_rate"), t.learning_rate)?;
            ranges.not_negative(&key("weight_decay"), t.weight_decay)?;
            t.decay.check(ranges, &key("decay"))?;
        }
        ranges.not_negative("inner.learning_rate", self.inner.learning_rate)?;
        self.inner.decay.check(ranges, "inner.decay")
    }
}

impl Decay {
    fn check(&self, ranges: Ranges<'_>, key: &str) -> Result<(), ConfigError> {
        ranges.at_least_one(&format!("{key}.every"), self.every)?;
        ranges.positive(&format!("{key}.factor"), self.factor)
    }
}
