//! Which video belongs to which fold, and how many segments it has.

use super::Size;
use super::draws::{Draws, stream};
use crate::Folds;

/// The folds of a size.
#[must_use]
pub fn folds(size: Size) -> Folds {
    let mut folds = [Vec::new(), Vec::new(), Vec::new()];
    for outline in outlines(size) {
        folds[outline.fold].push(outline.id());
    }
    let [train, valid, test] = folds;
    Folds { train, valid, test }
}

/// A video before anything is said in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outline {
    /// Position among all videos.
    pub(super) index: usize,
    /// 0 train, 1 valid, 2 test.
    pub(super) fold: usize,
    /// Position within the fold.
    pub(super) place: usize,
    /// Number of segments, at least one.
    pub(super) segments: usize,
}

impl Outline {
    pub(super) fn id(&self) -> String {
        format!("video{:04}", self.index)
    }
}

/// All videos in order. Folds are mixed over the indices; the segments of each fold sum to the size's number.
pub(super) fn outlines(size: Size) -> Vec<Outline> {
    let extent = size.extent();
    let total = extent.videos.iter().sum();
    let mut order = stream("folds").named(size.name()).permutation(total).into_iter();
    let mut outlines = Vec::with_capacity(total);
    for fold in 0..3 {
        let mut members: Vec<usize> = order.by_ref().take(extent.videos[fold]).collect();
        members.sort_unstable();
        let mut draws = Draws::new(stream("lengths").named(size.name()).at(fold as u64));
        // Where each video ends along the fold, as a share of it.
        let mut ends = Vec::with_capacity(members.len());
        let mut sum = 0.0;
        for _ in &members {
            sum += draws.between(0.5, 1.5);
            ends.push(sum);
        }
        let mut before = 0;
        for (place, (&index, end)) in members.iter().zip(ends).enumerate() {
            let upto = (end / sum * extent.segments[fold] as f64).round() as usize;
            outlines.push(Outline { index, fold, place, segments: upto - before });
            before = upto;
        }
    }
    outlines.sort_unstable_by_key(|outline| outline.index);
    outlines
}
