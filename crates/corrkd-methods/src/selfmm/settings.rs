//! Self-MM's settings. The defaults are those that the authors' framework has for MOSI ("Code"), or our choice for word vectors
//! where the code has BERT ("Adapted"). It has others for MOSEI, which stand in `experiments/table1.toml`; IEMOCAP has no
//! published values.

use super::SelfMm;
use crate::one_network::OneNetwork;
use crate::train_missing::TrainMissing;
use corrkd_config::{ConfigError, Modality, PerModality, Ranges, Selection, merge, typed};
use corrkd_nn::{Clip, Group, OptimizerSettings, Schedule, Tail};
use serde::{Deserialize, Serialize};
use toml::Table;

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Width H of each modality's LSTM. Code: audio 16, vision 32. Adapted: language 64.
    pub hidden: PerModality<usize>,
    /// Width of each modality's vector behind its encoder. Code: audio 16, vision 32. Adapted: language 64.
    pub encoded: PerModality<usize>,
    /// Width of the fused features. Code: 128.
    pub fused: usize,
    /// Width of each modality's own features. Code: language 32, audio 16, vision 32.
    pub unimodal: PerModality<usize>,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            hidden: PerModality { language: 64, audio: 16, vision: 32 },
            encoded: PerModality { language: 64, audio: 16, vision: 32 },
            fused: 128,
            unimodal: PerModality { language: 32, audio: 16, vision: 32 },
        }
    }
}

/// Dropout probabilities, to the nearest 1/65536.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probabilities {
    /// The last state of each modality's LSTM. Code: audio and vision 0. Adapted: language 0.1.
    pub encoders: PerModality<f64>,
    /// What the fused features are made of. Code: 0.
    pub fused: f64,
    /// What each modality's own features are made of. Code: language 0.1, audio 0.1, vision 0.
    pub unimodal: PerModality<f64>,
}

impl Default for Probabilities {
    fn default() -> Self {
        Self {
            encoders: PerModality { language: 0.1, audio: 0.0, vision: 0.0 },
            fused: 0.0,
            unimodal: PerModality { language: 0.1, audio: 0.1, vision: 0.0 },
        }
    }
}

/// How the network is trained and its best epoch chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Passes over the training split, at most. The code has no greatest number; patience ends a training long before this.
    pub epochs: usize,
    /// Samples per batch. Code: 16.
    pub batch: usize,
    /// Batches whose gradients are summed for a step. Code: 4.
    pub accumulate: usize,
    /// Adam's step sizes. Code: audio and vision 5e-3, the others 1e-3. Adapted: language 1e-3 (code: 5e-5, for BERT).
    pub learning_rate: Rates,
    /// Adam's L2 penalties. Code: 1e-3 each.
    pub weight_decay: Rates,
    /// Epochs without a better validation score before training stops; 0 trains all epochs. Code: 8.
    pub patience: usize,
    /// What makes an epoch the best, measured on the validation split alone, under the complete condition, or the mean over
    /// all sets of modalities where training samples lose some. Code: the loss, which is the mean absolute error.
    pub selection: Selection,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 100,
            batch: 16,
            accumulate: 4,
            learning_rate: Rates { language: 1e-3, audio: 5e-3, vision: 5e-3, others: 1e-3 },
            weight_decay: Rates { language: 1e-3, audio: 1e-3, vision: 1e-3, others: 1e-3 },
            patience: 8,
            selection: Selection::Loss,
        }
    }
}

/// A number for each part of the network that learns by rates of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Language's encoder.
    pub language: f64,
    /// Audio's encoder.
    pub audio: f64,
    /// Vision's encoder.
    pub vision: f64,
    /// All that reads what the encoders say.
    pub others: f64,
}

impl Rates {
    const fn of(&self, m: Modality) -> f64 {
        match m {
            Modality::Language => self.language,
            Modality::Audio => self.audio,
            Modality::Vision => self.vision,
        }
    }
}

impl Training {
    /// Adam with four groups: the encoder of each modality, which `encoder` names, and the rest. It steps on what is left of
    /// an epoch's batches, too.
    pub(super) fn optimizer(&self, encoder: impl Fn(Modality) -> String) -> OptimizerSettings {
        let Self { learning_rate, weight_decay, accumulate, .. } = *self;
        let mut groups: Vec<Group> = Modality::ALL
            .into_iter()
            .map(|m| Group { prefix: encoder(m), learning_rate: learning_rate.of(m), weight_decay: weight_decay.of(m) })
            .collect();
        groups.push(Group {
            prefix: String::new(),
            learning_rate: learning_rate.others,
            weight_decay: weight_decay.others,
        });
        OptimizerSettings { groups, clip: Clip::None, schedule: Schedule::Constant, accumulate, tail: Tail::Step }
    }
}

impl Settings {
    /// Those that differ from the defaults by `settings`, single keys of a table among them.
    pub(super) fn read(whose: &str, settings: &Table) -> Result<Self, ConfigError> {
        let mut table = SelfMm::table(&Self::default());
        merge(&mut table, settings);
        typed(whose, table)
    }

    /// Checks what types cannot say; `whose` names the row in errors.
    pub(super) fn check(&self, whose: &str) -> Result<(), ConfigError> {
        let ranges = Ranges::of(whose);
        let (n, d, t) = (&self.network, &self.dropout, &self.training);
        ranges.size("network.fused", n.fused)?;
        ranges.dropout("dropout.fused", d.fused)?;
        for m in Modality::ALL {
            let of = |key: &str| format!("{key}.{m}");
            ranges.size(&of("network.hidden"), *n.hidden.get(m))?;
            ranges.size(&of("network.encoded"), *n.encoded.get(m))?;
            ranges.size(&of("network.unimodal"), *n.unimodal.get(m))?;
            ranges.dropout(&of("dropout.encoders"), *d.encoders.get(m))?;
            ranges.dropout(&of("dropout.unimodal"), *d.unimodal.get(m))?;
            ranges.positive(&of("training.learning_rate"), t.learning_rate.of(m))?;
            ranges.not_negative(&of("training.weight_decay"), t.weight_decay.of(m))?;
        }
        ranges.epochs("training.epochs", t.epochs)?;
        ranges.batch("training.batch", t.batch)?;
        ranges.batch("training.accumulate", t.accumulate)?;
        ranges.positive("training.learning_rate.others", t.learning_rate.others)?;
        ranges.not_negative("training.weight_decay.others", t.weight_decay.others)
    }
}
