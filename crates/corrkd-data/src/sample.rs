//! A sample, and the samples of a fold.

use corrkd_config::{Modality, PerModality};

use crate::Frames;

/// The samples of one fold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Split {
    /// The samples, in the order of the label sequence.
    pub samples: Vec<Sample>,
}

/// A labelled segment of a video.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// `video[i]`, i being the row in the label sequence.
    pub id: String,
    /// The label: a score, or the category's place among those of [`Dataset::labels`](crate::Dataset::labels).
    pub label: f32,
    /// For each frame of a modality, at least 1 and at most T, whether it holds data; what does not is missing by nature.
    pub present: PerModality<Vec<bool>>,
    /// Frames, (length, D), row after row. A frame without data is zero, also after standardising.
    pub features: PerModality<Frames>,
}

impl Sample {
    /// The number of a modality's frames.
    #[must_use]
    pub const fn length(&self, modality: Modality) -> usize {
        self.present.get(modality).len()
    }

    /// Whether no frame of a modality holds data.
    #[must_use]
    pub fn lacks(&self, modality: Modality) -> bool {
        !self.present.get(modality).contains(&true)
    }
}
