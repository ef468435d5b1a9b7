//! A labelled segment on its way to become a sample: features and, beside them, which frames hold data at all.

use corrkd_config::{Modality, PerModality};
use std::collections::BTreeSet;

use crate::{Dropped, clean};

/// What was read of a data set's files, before folds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Gathered {
    /// The segments that have frames.
    pub(crate) segments: Vec<Segment>,
    /// The videos that have labels.
    pub(crate) videos: BTreeSet<String>,
    /// Rows of the label sequence that became no segment.
    pub(crate) dropped: Dropped,
    /// Non-finite values in the files.
    pub(crate) non_finite: PerModality<usize>,
}

/// Frames of one modality, (N, D). A frame without data is a row of zeros that is not `present`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frames {
    /// N x D values, row after row.
    pub(crate) values: Vec<f32>,
    /// For each of the N frames whether it holds data.
    pub(crate) present: Vec<bool>,
}

impl Frames {
    /// N frames without data.
    pub(crate) fn absent(length: usize, width: usize) -> Self {
        Self { values: vec![0.0; length * width], present: vec![false; length] }
    }

    /// Appends the mean of `rows`; a frame without data where there is none to average.
    pub(crate) fn push_mean<'a>(&mut self, rows: impl Iterator<Item = &'a [f32]>, width: usize) {
        let mean = clean::mean(rows, width);
        self.present.push(mean.is_some());
        self.values.extend(mean.unwrap_or_else(|| vec![0.0; width]));
    }

    /// Appends one frame of `other`.
    pub(crate) fn push_from(&mut self, other: &Self, frame: usize, width: usize) {
        self.present.push(other.present[frame]);
        self.values.extend_from_slice(&other.values[frame * width..(frame + 1) * width]);
    }
}

/// A labelled segment: `length` frames of each modality.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    /// `video[i]`, i being the row in the label sequence.
    pub(crate) id: String,
    /// The label.
    pub(crate) label: f32,
    /// Number of frames, the same for each modality.
    pub(crate) length: usize,
    /// The frames.
    pub(crate) features: PerModality<Frames>,
}

impl Segment {
    /// The video's id.
    pub(crate) fn video(&self) -> &str {
        video(&self.id)
    }

    /// Whether no frame holds data of a modality.
    pub(crate) fn lacks(&self, modality: Modality) -> bool {
        !self.features.get(modality).present.contains(&true)
    }
}

/// The video of an entry's id: what stands before `[i]` (SDK `_remove_id` and `align`: `id.split('[')[0]`).
pub(crate) fn video(id: &str) -> &str {
    id.split('[').next().unwrap_or(id)
}
