//! MCTN's settings. The defaults are those of the authors' configuration for CMU-MOSI's three modalities and of the
//! code that reads it ("Code"). Other data sets have no published values. The lengths of sequences, which the code cuts
//! or fills to 20 frames, are the data set's own.

use corrkd_config::{ConfigError, Presence, Ranges, Selection};
use corrkd_nn::{Clip, Group, OptimizerSettings, Schedule, Tail};
use serde::{Deserialize, Serialize};
use toml::Table;

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The networks.
    pub network: Size,
    /// What counts how much.
    pub losses: Losses,
    /// How each of them trains.
    pub training: Training,
}

/// A network's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Size {
    /// Width d of all that is recurrent: encoders (each of whose directions has it), decoders, regressor. Code: 32.
    pub width: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { width: 32 }
    }
}

/// The factors of the translations' mean squared errors in the sum; that of the task's loss is 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Losses {
    /// From what is read to the first modality that is translated into. Code: 0.1.
    pub translation: f64,
    /// From that translation back to what was read. Code: 0.1.
    pub cycle: f64,
    /// From the joint representation to the second modality, where there is one. Code: 0.1.
    pub hierarchy: f64,
}

impl Default for Losses {
    fn default() -> Self {
        Self { translation: 0.1, cycle: 0.1, hierarchy: 0.1 }
    }
}

/// How a network is trained and its best epoch chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Passes over the training split. Code: 200.
    pub epochs: usize,
    /// Samples per step. Code: 32.
    pub batch: usize,
    /// Adam's step size. Code: 1e-4.
    pub learning_rate: f64,
    /// The factor of the squared weights of the regressor's last layer in the loss. Code: 0.01.
    pub head_l2: f64,
    /// Epochs without a better validation score before training stops; 0 trains all epochs. Code: 20.
    pub patience: usize,
    /// What makes an epoch the best, measured on the validation split alone, under the complete condition. The loss is
    /// that of the answers; the code's has the translations in it.
    pub selection: Selection,
}

impl Default for Training {
    fn default() -> Self {
        Self { epochs: 200, batch: 32, learning_rate: 1e-4, head_l2: 0.01, patience: 20, selection: Selection::Loss }
    }
}

impl Training {
    /// Adam with one rate. The squared weights of `head`, a parameter's name, times their factor f have the gradient 2
    /// f times the weight, and so are what Adam's own L2 penalty adds.
    pub(super) fn optimizer(&self, head: String) -> OptimizerSettings {
        let &Self { learning_rate, head_l2, .. } = self;
        let group = |prefix, weight_decay| Group { prefix, learning_rate, weight_decay };
        OptimizerSettings {
            groups: vec![group(String::new(), 0.0), group(head, 2.0 * head_l2)],
            clip: Clip::None,
            schedule: Schedule::Constant,
            accumulate: 1,
            tail: Tail::Step,
        }
    }
}

impl Settings {
    /// As a table, in the order of the fields.
    pub(super) fn table(&self) -> Table {
        Table::try_from(self).expect("numbers, texts and tables have a form in TOML")
    }

    /// Those that the model of a set depends on: only one that is left with two modalities to translate into has a
    /// hierarchy.
    pub(super) fn of(&self, set: Presence) -> Table {
        let mut table = self.table();
        let pair = [3, 4, 5].map(|place| Presence::ALL[place]).contains(&set);
        if let Some(losses) = table.get_mut("losses").and_then(toml::Value::as_table_mut).filter(|_| pair) {
            losses.remove("hierarchy");
        }
        table
    }

    /// Checks what types cannot say; `whose` names the row in errors.
    pub(super) fn check(&self, whose: &str) -> Result<(), ConfigError> {
        let ranges = Ranges::of(whose);
        ranges.size("network.width", self.network.width)?;
        let l = &self.losses;
        for (key, weight) in
            [("losses.translation", l.translation), ("losses.cycle", l.cycle), ("losses.hierarchy", l.hierarchy)]
        {
            ranges.positive(key, weight)?;
        }
        let t = &self.training;
        ranges.epochs("training.epochs", t.epochs)?;
        ranges.batch("training.batch", t.batch)?;
        ranges.positive("training.learning_rate", t.learning_rate)?;
        ranges.not_negative("training.head_l2", t.head_l2)
    }
}
