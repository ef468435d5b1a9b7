//! How the samples of a split look once: in an epoch of a training, or under a condition.

use corrkd_config::{Condition, Missing, Modality, PerModality};
use corrkd_data::{Corruption, DataStatistics, Row, test_corruption, training_corruption};
use std::fmt;

/// One look at a split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum View {
    /// In an epoch, from 1, of a training under a law.
    Epoch(usize, Missing),
    /// Under a condition, of the validation or the test.
    Under(Condition),
}

/// `3`, `lav@0.5`: what its arrays are called by.
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epoch(epoch, _) => write!(f, "{epoch}"),
            Self::Under(condition) => write!(f, "{condition}"),
        }
    }
}

impl View {
    /// What it is one of, as a table's column says.
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::Epoch(..) => "epoch",
            Self::Under(_) => "condition",
        }
    }

    /// Whether a modality's frames may be others than they were, beside those that are missing.
    pub(crate) fn alters(&self, modality: Modality) -> bool {
        match self {
            Self::Epoch(_, law) => law.mechanism.get(modality).alters(),
            Self::Under(condition) => condition.damage.get(modality).is_some_and(|damage| damage.mechanism.alters()),
        }
    }

    /// What becomes of a sample.
    pub(crate) fn corruption<'a>(
        &self,
        seed: u64,
        row: &Row<'_>,
        statistics: &'a DataStatistics,
    ) -> PerModality<Corruption<'a>> {
        match self {
            Self::Epoch(epoch, law) => training_corruption(seed, *epoch, row, law, statistics),
            Self::Under(condition) => test_corruption(seed, row, condition, statistics),
        }
    }
}
