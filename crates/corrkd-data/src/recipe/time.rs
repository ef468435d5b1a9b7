//! The greatest number of frames in a sample: one number for all modalities, or one for each.

use corrkd_config::{Modality, PerModality};
use serde::Deserialize;

/// T, `time = 50` or `time = { language = 50, audio = 500, vision = 375 }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a number, or a table of numbers with language, audio and vision")]
pub enum Time {
    /// All modalities of a sample have the same frames.
    Aligned(usize),
    /// Each modality of a sample has frames of its own.
    Unaligned(PerModality<usize>),
}

impl Time {
    /// The greatest number of frames of a modality.
    #[must_use]
    pub const fn of(&self, modality: Modality) -> usize {
        match self {
            Self::Aligned(time) => *time,
            Self::Unaligned(times) => *times.get(modality),
        }
    }

    /// That of each modality.
    #[must_use]
    pub fn by_modality(&self) -> PerModality<usize> {
        PerModality::from_fn(|modality| self.of(modality))
    }

    /// Whether all modalities of a sample have the same frames.
    #[must_use]
    pub const fn is_aligned(&self) -> bool {
        matches!(self, Self::Aligned(_))
    }

    /// The greatest of all.
    #[must_use]
    pub fn longest(&self) -> usize {
        Modality::ALL.into_iter().map(|modality| self.of(modality)).max().unwrap_or(0)
    }
}
