//! A labelled segment on its way to become a sample: timed rows of each modality and, beside them, which hold data.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::Features;

use crate::rows::pick;

/// Timed rows of one modality.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Track {
    /// Start and end of each row in seconds, (N, 2).
    pub(crate) intervals: Vec<[f64; 2]>,
    /// N rows. One without data is zero.
    pub(crate) features: Features,
    /// For each of the N rows whether it holds data.
    pub(crate) present: Vec<bool>,
}

impl Track {
    /// The rows at `picked`, each with its interval.
    pub(crate) fn pick(&self, picked: &[usize], intervals: Vec<[f64; 2]>) -> Self {
        let present = picked.iter().map(|&row| self.present[row]).collect();
        Self { intervals, features: pick(&self.features, picked), present }
    }
}

/// A labelled segment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    /// `video[i]`, i being the row in the label sequence.
    pub(crate) id: String,
    /// Its interval in seconds.
    pub(crate) interval: [f64; 2],
    /// All columns of its label, (1, columns).
    pub(crate) labels: Features,
    /// The column of it that is the label.
    pub(crate) label: f32,
    /// The rows; nothing for a modality that the data set does not have.
    pub(crate) tracks: PerModality<Option<Track>>,
}

impl Segment {
    /// The video's id.
    pub(crate) fn video(&self) -> &str {
        video(&self.id)
    }

    /// Whether no row holds data of a modality.
    pub(crate) fn lacks(&self, modality: Modality) -> bool {
        self.tracks.get(modality).as_ref().is_none_or(|track| !track.present.contains(&true))
    }
}

/// The video of an entry's id: what stands before `[i]` (SDK `_remove_id` and `align`: `id.split('[')[0]`).
#[must_use]
pub fn video(id: &str) -> &str {
    id.split('[').next().unwrap_or(id)
}
