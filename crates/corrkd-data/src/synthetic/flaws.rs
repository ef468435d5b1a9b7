//! The field's flaws, and where they are planted.
//!
//! | flaw | where | seen in |
//! |---|---|---|
//! | label of no length | second segment of the first training video | MOSI `2WGyTLYerpo[43]` |
//! | overlapping segments | 4 % of neighbours, except beside the label of no length | MOSI, 94 pairs |
//! | video without FACET | second training video | MOSEI `4kF0U8kIMp4` |
//! | -inf | three COVAREP columns, some frames of pauses and words | COVAREP's logarithms |
//! | NaN | one COVAREP column, rarely | COVAREP's divisions |
//! | constant column | COVAREP column 36 | MMMO |

use super::folds::Outline;

/// COVAREP column that never changes.
pub(super) const CONSTANT: usize = 36;
/// COVAREP columns that take -inf.
pub(super) const INFINITE: std::ops::Range<usize> = 24..27;
/// COVAREP column that takes NaN.
pub(super) const UNDEFINED: usize = 72;
/// Probability that a frame is -inf in a pause, and in a word.
pub(super) const INFINITE_CHANCE: [f64; 2] = [0.05, 0.004];
/// Probability that a frame is NaN.
pub(super) const UNDEFINED_CHANCE: f64 = 0.001;
/// Probability that a segment runs into the next.
pub(super) const OVERLAP_CHANCE: f64 = 0.043;

/// The segment whose label has no length, where this video has it.
pub(super) fn moment(outline: &Outline) -> Option<usize> {
    (outline.fold == 0 && outline.place == 0).then_some(1)
}

/// Whether the video has no FACET.
pub(super) const fn faceless(outline: &Outline) -> bool {
    outline.fold == 0 && outline.place == 1
}
