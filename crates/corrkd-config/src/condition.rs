//! A test condition: which modalities are there, and how many of their frames are dropped.

use crate::Presence;
use serde::{Deserialize, Serialize};

/// What a network gets to see of each test sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Modalities that are available (inter-modality missingness takes the others away).
    pub present: Presence,
    /// The probability with which each frame of an available modality is dropped (intra-modality missingness).
    pub drop_ratio: f64,
}

impl Condition {
    /// Nothing is missing.
    pub const COMPLETE: Self = Self { present: Presence::COMPLETE, drop_ratio: 0.0 };

    /// Whole modalities are missing.
    #[must_use]
    pub const fn only(present: Presence) -> Self {
        Self { present, drop_ratio: 0.0 }
    }

    /// Frames of all modalities are missing.
    #[must_use]
    pub const fn dropped(drop_ratio: f64) -> Self {
        Self { present: Presence::COMPLETE, drop_ratio }
    }
}

/// `lav`, `l`, or with dropped frames `lav@0.3`: unique within an evaluation, and the key in every file.
impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.present)?;
        if self.drop_ratio != 0.0 {
            write!(f, "@{}", self.drop_ratio)?;
        }
        Ok(())
    }
}
