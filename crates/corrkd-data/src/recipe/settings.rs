//! The choices of a recipe: how samples are made from files.

use corrkd_config::Modality;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Whose rows become the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reference {
    /// The words', mostly.
    Language,
    /// The audio frames'.
    Audio,
    /// The video frames'.
    Vision,
    /// The labels': one step of alignment instead of two, straight to the segments.
    Labels,
}

impl Reference {
    /// The modality; none for the labels.
    #[must_use]
    pub const fn modality(self) -> Option<Modality> {
        match self {
            Self::Language => Some(Modality::Language),
            Self::Audio => Some(Modality::Audio),
            Self::Vision => Some(Modality::Vision),
            Self::Labels => None,
        }
    }
}

/// Which T frames of a longer sample stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The first T.
    First,
    /// The last T, as the SDK's `get_tensors` does by default.
    Last,
}

impl Keep {
    /// Which of `length` frames stay when at most `time` may.
    pub(crate) fn range(self, length: usize, time: usize) -> Range<usize> {
        match self {
            Self::First => 0..length.min(time),
            Self::Last => length.saturating_sub(time)..length,
        }
    }
}

/// Where zeros go in a sample of fewer than T frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pad {
    /// Before its frames, as the SDK's `get_tensors` does by default.
    Front,
    /// Behind its frames.
    #[default]
    Back,
}

/// How features are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standardise {
    /// Each column to mean 0 and standard deviation 1 over the training fold.
    Train,
    /// Each column to mean 0 and standard deviation 1 over the frames of the sample itself.
    Utterance,
    /// Not at all.
    None,
}

/// What becomes of values that are NaN or infinite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clean {
    /// They are left out where rows are collapsed; where nothing is left, the value is 0.
    #[default]
    Skip,
    /// They are replaced by 0 before rows are collapsed.
    Zero,
    /// They stay, as in the SDK; no sample may have one.
    Keep,
}

/// What becomes of the rows of pauses (`sp`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pauses {
    /// They are frames like words.
    #[default]
    Keep,
    /// They are left out, in all modalities together.
    Drop,
}

/// What becomes of a video that lacks a modality which the data set has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Incomplete {
    /// It stays; its frames of that modality are missing.
    #[default]
    Impute,
    /// It is left out and counted, as by the SDK's `unify`.
    Drop,
}

/// The data are generated, in one of several sizes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generate {
    /// The sizes; the first is the default.
    pub sizes: Vec<String>,
}
