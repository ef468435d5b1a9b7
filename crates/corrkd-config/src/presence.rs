//! Which modalities are there: one of the seven non-empty subsets.

use crate::{ConfigError, Modality};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A non-empty set of modalities, written as letters: `l`, `av`, `lav`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Presence(u8);

impl Presence {
    /// The six incomplete sets in the order of the paper's columns, then the complete one.
    pub const ALL: [Self; 7] =
        [Self(0b001), Self(0b010), Self(0b100), Self(0b011), Self(0b101), Self(0b110), Self(0b111)];
    /// All three modalities.
    pub const COMPLETE: Self = Self(0b111);

    /// The six sets that lack a modality, in the order of the paper's columns: l, a, v, la, lv, av.
    #[must_use]
    pub fn incomplete() -> &'static [Self] {
        &Self::ALL[..6]
    }

    /// The set of the modalities for which `has` holds; nothing where there are none.
    pub fn of(has: impl Fn(Modality) -> bool) -> Option<Self> {
        Self::ALL.into_iter().find(|set| Modality::ALL.into_iter().all(|m| set.has(m) == has(m)))
    }

    /// The sets of none but this one's modalities, in the order of [`ALL`](Self::ALL), this one last.
    pub fn subsets(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |set| set.0 & !self.0 == 0)
    }

    /// Whether a modality is in the set.
    #[must_use]
    pub const fn has(self, modality: Modality) -> bool {
        self.0 & (1 << modality as u8) != 0
    }

    /// Whether nothing is missing.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        self.0 == 0b111
    }
}

impl std::fmt::Display for Presence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for m in Modality::ALL.into_iter().filter(|&m| self.has(m)) {
            write!(f, "{}", m.letter())?;
        }
        Ok(())
    }
}

impl FromStr for Presence {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::ALL
            .into_iter()
            .find(|p| p.to_string() == text)
            .ok_or_else(|| ConfigError::Presence { got: text.to_owned() })
    }
}

crate::spelled!(Presence, ConfigError);
