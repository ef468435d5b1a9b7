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
}
