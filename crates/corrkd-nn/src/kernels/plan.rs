//! How a batch is divided: samples into chunks that fit a core's cache, chunks into groups that threads take. Both depend
//! on the batch alone, so that sums come out the same for any number of threads.
//!
//! Only frames that exist have a column; padding costs nothing.

use super::lanes::WIDEST;

/// Columns that a chunk aims at: long enough rows for the products, and all activations of a layer in the second cache.
const COLUMNS: usize = 200;

/// Groups of chunks: as many threads as one batch can keep busy, and as many sums of gradients to add up.
const GROUPS: usize = 8;

/// A sample with at least one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    /// Its number in the batch.
    pub(super) index: usize,
    /// Its first column in the chunk.
    pub(super) start: usize,
    /// Its frames.
    pub(super) length: usize,
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

    /// (sample, frame) of each column.
    pub(super) fn frames(&self) -> impl Iterator<Item = (usize, usize)> {
        self.samples.iter().flat_map(|sample| (0..sample.length).map(|t| (sample.index, t)))
    }
}

/// The chunks of samples with these lengths, in order, by group; empty samples are in none.
pub(super) fn plan(lengths: &[usize]) -> Vec<Vec<Chunk>> {
    let total: usize = lengths.iter().sum();
    let most = total.div_ceil(GROUPS).clamp(COLUMNS / 2, COLUMNS);
    let mut chunks: Vec<Chunk> = Vec::new();
    for (index, &length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
        match chunks.last_mut().filter(|chunk| chunk.columns + length <= most) {
            Some(chunk) => {
                chunk.samples.push(Sample { index, start: chunk.columns, length });
                chunk.columns += length;
            }
            None => chunks.push(Chunk { samples: vec![Sample { index, start: 0, length }], columns: length }),
        }
    }
    let each = chunks.len().div_ceil(GROUPS).max(1);
    let mut groups = Vec::new();
    while !chunks.is_empty() {
        let rest = chunks.split_off(each.min(chunks.len()));
        groups.push(std::mem::replace(&mut chunks, rest));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_frame_has_one_column(lengths in prop::collection::vec(0usize..300, 0..80)) {
            let groups = plan(&lengths);
            prop_assert!(groups.len() <= GROUPS);
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
