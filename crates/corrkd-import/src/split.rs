//! One fold as every layout comes to have it.

use corrkd_config::PerModality;

use crate::id::Id;
use crate::label::Labels;
use crate::track::Track;

/// The samples of one fold, N of them, not yet read.
pub(crate) struct Split<'a> {
    /// Features; nothing for a modality that the file lacks.
    pub(crate) tracks: PerModality<Option<Track<'a>>>,
    /// Frames that are no padding, N numbers, where the file says so.
    pub(crate) lengths: PerModality<Option<Vec<usize>>>,
    /// Labels, N rows.
    pub(crate) labels: Labels,
    /// N ids, if the file has any.
    pub(crate) ids: Option<Vec<Id>>,
}

impl Split<'_> {
    /// Number of samples by their features.
    pub(crate) fn samples(&self) -> usize {
        self.tracks.iter().find_map(|(_, track)| track.as_ref().map(Track::count)).unwrap_or(0)
    }

    /// Number of samples, N.
    pub(crate) fn count(&self) -> usize {
        self.labels.rows()
    }

    /// Leaves out the samples that are not to be `kept` (N).
    pub(crate) fn retain(&mut self, kept: &[bool]) {
        let width = self.labels.columns.len().max(1);
        let rows = self.labels.values.chunks(width).zip(kept).filter(|(_, kept)| **kept);
        self.labels.values = rows.flat_map(|(row, _)| row.to_vec()).collect();
        self.ids = self.ids.take().map(|ids| chosen(ids, kept));
        self.lengths = PerModality::from_fn(|m| self.lengths.get_mut(m).take().map(|lengths| chosen(lengths, kept)));
        self.tracks = PerModality::from_fn(|m| self.tracks.get_mut(m).take().map(|track| track.some(kept)));
    }
}

/// Those of some values that are to be kept.
fn chosen<T>(values: Vec<T>, kept: &[bool]) -> Vec<T> {
    values.into_iter().zip(kept).filter_map(|(value, &kept)| kept.then_some(value)).collect()
}
