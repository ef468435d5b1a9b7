//! One gap of consecutive frames: a hand before the face, a microphone that was muted.

use corrkd_random::Stream;
use std::ops::Range;

/// The `share` missing frames of `length`. At position 0 the gap is at the start, at 1 at the end, between them in
/// proportion; without a position each place is as probable. With the same position or draw a shorter gap lies within a
/// longer one: as the gap grows by a frame, its start stays or moves back by one.
pub(super) fn gap(stream: Stream, length: usize, share: usize, position: Option<f64>) -> Range<usize> {
    let left = length - share;
    let start = match position {
        Some(position) => (position * left as f64).round() as usize,
        None => stream.named("gap").below(0, left + 1),
    };
    start..start + share
}
