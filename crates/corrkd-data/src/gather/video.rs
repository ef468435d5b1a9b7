//! What comes of one video, or of all of them.

use corrkd_config::PerModality;

use super::segment::Segment;
use crate::Dropped;

/// A video's segments, and what was met on the way to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Video {
    /// The segments that have frames.
    pub(crate) segments: Vec<Segment>,
    /// Rows of the label sequence that became no segment.
    pub(crate) dropped: Dropped,
    /// Non-finite values in the files.
    pub(crate) non_finite: PerModality<usize>,
    /// Labels outside the recipe's range that were clipped.
    pub(crate) clipped: usize,
    /// Pauses that were left out.
    pub(crate) pauses: usize,
}

impl Video {
    /// Adds another's numbers, and takes its segments out.
    pub(crate) fn count(&mut self, other: &mut Self) -> Vec<Segment> {
        let Self { dropped, non_finite, clipped, pauses, .. } = other;
        self.dropped.momentary += dropped.momentary;
        self.dropped.without_frames += dropped.without_frames;
        self.dropped.incomplete += dropped.incomplete;
        for (modality, values) in non_finite.iter() {
            *self.non_finite.get_mut(modality) += values;
        }
        self.clipped += *clipped;
        self.pauses += *pauses;
        std::mem::take(&mut other.segments)
    }
}
