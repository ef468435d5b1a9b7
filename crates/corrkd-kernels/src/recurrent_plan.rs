//! How a batch of sequences is divided, and in which order a chunk's frames lie: by the batch alone, so that sums come out
//! the same for any number of threads.
//!
//! Samples are sorted, the longest first, and so those that have a frame t are the first ones. A chunk holds a row for each
//! frame that exists: those of number 0, then those of number 1, and so on.

use std::ops::Range;

/// Chunks of a batch: as many threads as it can keep busy, and as many sums of gradients to add up.
const CHUNKS: usize = 4;

/// Samples of a chunk are a multiple of this, the rows that a product takes at a time.
const ROWS: usize = 8;

/// Frames that are dealt with while they are in cache.
const FRAMES: usize = 128;

/// Sequences that go through a layer together.
pub(super) struct Chunk {
    /// Number in the batch and frames of each, the longest first; none is empty.
    pub(super) samples: Vec<(usize, usize)>,
    /// The first row of each frame's number, and the number of rows.
    starts: Vec<usize>,
}

impl Chunk {
    fn new(samples: &[(usize, usize)]) -> Self {
        let longest = samples.first().map_or(0, |(_, length)| *length);
        let mut starts = vec![0];
        for t in 0..longest {
            starts.push(starts[t] + samples.partition_point(|(_, length)| *length > t));
        }
        Self { samples: samples.to_vec(), starts }
    }

    /// Frames of the longest sample.
    pub(super) fn longest(&self) -> usize {
        self.starts.len() - 1
    }

    /// Frames of all samples.
    pub(super) fn frames(&self) -> usize {
        self.starts[self.longest()]
    }

    /// The rows of frame t: one for each of the first samples.
    pub(super) fn rows(&self, t: usize) -> Range<usize> {
        self.starts[t]..self.starts[t + 1]
    }

    /// The numbers of frames that are dealt with together, in the order in which a direction comes to them.
    pub(super) fn blocks(&self, reverse: bool) -> Vec<Vec<usize>> {
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let mut frames = 0;
        for i in 0..self.longest() {
            let t = if reverse { self.longest() - 1 - i } else { i };
            frames += self.rows(t).len();
            match blocks.last_mut().filter(|_| frames <= FRAMES) {
                Some(block) => block.push(t),
                None => {
                    frames = self.rows(t).len();
                    blocks.push(vec![t]);
                }
            }
        }
        blocks
    }

    /// The rows of a block.
    pub(super) fn rows_of(&self, block: &[usize]) -> Range<usize> {
        let rows = block.iter().map(|t| self.rows(*t));
        rows.reduce(|all, rows| all.start.min(rows.start)..all.end.max(rows.end)).unwrap_or_default()
    }

    /// The sample in the chunk and the frame of each row of a block.
    pub(super) fn places(&self, block: &[usize]) -> impl Iterator<Item = (usize, usize)> {
        let [first, last] = [block.iter().min(), block.iter().max()].map(|t| t.copied().unwrap_or_default());
        (first..=last).flat_map(|t| (0..self.rows(t).len()).map(move |sample| (sample, t)))
    }
}

/// The chunks of samples with these lengths; empty samples are in none.
pub(super) fn plan(lengths: &[usize]) -> Vec<Chunk> {
    let mut samples: Vec<(usize, usize)> = lengths.iter().copied().enumerate().filter(|(_, n)| *n > 0).collect();
    samples.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
    let each = samples.len().div_ceil(CHUNKS).next_multiple_of(ROWS).max(ROWS);
    samples.chunks(each).map(Chunk::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_frame_has_one_row(lengths in prop::collection::vec(0usize..30, 0..150)) {
            let chunks = plan(&lengths);
            prop_assert!(chunks.len() <= CHUNKS);
            for reverse in [false, true] {
                let mut seen = Vec::new();
                for chunk in &chunks {
                    let blocks = chunk.blocks(reverse);
                    let order: Vec<usize> = blocks.concat();
                    let mut sorted = order.clone();
                    sorted.sort_unstable();
                    if reverse {
                        sorted.reverse();
                    }
                    prop_assert_eq!(order, sorted);
                    for block in blocks {
                        let rows = chunk.rows_of(&block);
                        prop_assert!(rows.len() <= FRAMES || block.len() == 1);
                        prop_assert_eq!(chunk.places(&block).count(), rows.len());
                        for (row, (sample, t)) in rows.zip(chunk.places(&block)) {
                            prop_assert_eq!(chunk.rows(t).start + sample, row);
                            seen.push((chunk.samples[sample].0, t));
                        }
                    }
                }
                seen.sort_unstable();
                let all = lengths.iter().enumerate().flat_map(|(i, &length)| (0..length).map(move |t| (i, t)));
                prop_assert_eq!(seen, all.collect::<Vec<_>>());
            }
        }
    }
}
