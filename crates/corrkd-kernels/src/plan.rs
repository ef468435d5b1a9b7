//! How a batch is divided: samples into chunks that fit a core's cache, chunks into groups that threads take. Both depend
//! on the batch alone, so that sums come out the same for any number of threads.
//!
//! Only frames that exist have a column; padding costs nothing.

use super::buffers::carve;
use super::lanes::WIDEST;

/// Columns that a chunk aims at: long enough rows for the products, and all activations of a layer in the second cache.
const COLUMNS: usize = 200;

/// A sample with at least one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    /// Its number in the batch.
    pub(super) index: usize,
    /// Its first column in the chunk.
    pub(super) start: usize,
    /// Its frames.
    pub(super) length: usize,
    /// The number of the first of them in the sample.
    pub(super) frame: usize,
}

/// Samples side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chunk {
    pub(super) samples: Vec<Sample>,
    /// Columns that are frames.
    pub(super) columns: usize,
}

impl Chunk {
    /// From row to row: whole vectors, but not a multiple of 16 cache lines, whose rows would all fall on the same four
    /// sets of the nearest cache.
    pub(super) fn stride(&self) -> usize {
        let vectors = self.columns.div_ceil(WIDEST);
        (if vectors.is_multiple_of(16) { vectors + 1 } else { vectors }) * WIDEST
    }

    /// The same samples' `length` frames from `frame` on.
    pub(super) fn frames_from(&self, frame: usize, length: usize) -> Self {
        let sample = |(i, sample): (usize, &Sample)| Sample { start: i * length, length, frame, ..*sample };
        Self { samples: self.samples.iter().enumerate().map(sample).collect(), columns: self.samples.len() * length }
    }

    /// (sample, frame) of each column.
    pub(super) fn frames(&self) -> impl Iterator<Item = (usize, usize)> {
        self.samples.iter().flat_map(|sample| (0..sample.length).map(|t| (sample.index, sample.frame + t)))
    }
}

/// The chunks of samples with these lengths, in order, in no more than so many groups; empty samples are in none. Groups
/// are as many threads as one batch can keep busy, and as many sums of gradients to add up.
pub(super) fn plan(lengths: &[usize], groups: usize) -> Vec<Vec<Chunk>> {
    let total: usize = lengths.iter().sum();
    let most = total.div_ceil(groups).clamp(COLUMNS / 2, COLUMNS);
    let mut chunks: Vec<Chunk> = Vec::new();
    for (index, &length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
        match chunks.last_mut().filter(|chunk| chunk.columns + length <= most) {
            Some(chunk) => {
                chunk.samples.push(Sample { index, start: chunk.columns, length, frame: 0 });
                chunk.columns += length;
            }
            None => chunks.push(Chunk { samples: vec![Sample { index, start: 0, length, frame: 0 }], columns: length }),
        }
    }
    let each = chunks.len().div_ceil(groups).max(1);
    let mut grouped = Vec::new();
    while !chunks.is_empty() {
        let rest = chunks.split_off(each.min(chunks.len()));
        grouped.push(std::mem::replace(&mut chunks, rest));
    }
    grouped
}

/// A group's part of a tensor (B, ..).
pub(super) struct Part<'a> {
    pub(super) group: &'a [Chunk],
    pub(super) values: &'a mut [f32],
    /// The sample that it begins with.
    pub(super) first: usize,
}

/// A tensor (B, ..) by group.
pub(super) fn by_group<'a>(groups: &'a [Vec<Chunk>], batch: usize, mut values: &'a mut [f32]) -> Vec<Part<'a>> {
    let each = values.len() / batch.max(1);
    let mut end = 0;
    let part = |group: &'a Vec<Chunk>| {
        let first = end;
        end = group.last().and_then(|chunk| chunk.samples.last()).map_or(end, |sample| sample.index + 1);
        Part { group, values: carve(&mut values, (end - first) * each), first }
    };
    groups.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_frame_has_one_column(lengths in prop::collection::vec(0usize..300, 0..80), most in 1usize..9) {
            let groups = plan(&lengths, most);
            prop_assert!(groups.len() <= most);
            let mut seen = Vec::new();
            for chunk in groups.iter().flatten() {
                prop_assert_eq!(chunk.frames().count(), chunk.columns);
                prop_assert!(chunk.stride() >= chunk.columns && chunk.stride() % WIDEST == 0);
                prop_assert!(chunk.columns <= COLUMNS || chunk.samples.len() == 1);
                for sample in &chunk.samples {
                    seen.push((sample.index, sample.length));
                }
            }
            let all: Vec<_> = lengths.iter().copied().enumerate().filter(|(_, length)| *length > 0).collect();
            prop_assert_eq!(seen, all);
        }
    }
}
