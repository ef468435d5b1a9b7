//! Some samples of a fused [`AttentionDecoder`](crate::AttentionDecoder) side by side along the lanes, and what their
//! way forward leaves for the way back: feature-major blocks, a column for each sample.

use super::attention_decoder_parameters::Size;
use super::buffers::carve;
use super::lanes::padded;

/// Samples side by side.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub(super) size: Size,
    /// Their frames.
    pub(super) lengths: &'a [usize],
    /// E (samples, T, E's width).
    pub(super) encoded: &'a [f32],
    /// T.
    pub(super) time: usize,
}

impl<'a> Chunk<'a> {
    /// Columns, whole vectors.
    pub(super) const fn lanes(&self) -> usize {
        padded(self.lengths.len())
    }

    /// Frames of the longest sample.
    pub(super) fn steps(&self) -> usize {
        self.lengths.iter().copied().max().unwrap_or(0)
    }

    /// The frames of a sample that exist.
    pub(super) fn frames(&self, sample: usize) -> &'a [f32] {
        let width = self.size.inputs;
        &self.encoded[sample * self.time * width..][..self.lengths[sample] * width]
    }
}

/// A chunk's blocks.
pub(super) struct Tape<'a> {
    /// Each sample's attention, a row of padded T.
    pub(super) attention: &'a mut [f32],
    /// Each sample's context m, a row of E's padded width.
    pub(super) contexts: &'a mut [f32],
    /// By step; one alone, written over and over, where nothing is kept.
    steps: &'a mut [f32],
    step: usize,
}

impl<'a> Tape<'a> {
    fn step(chunk: &Chunk<'_>) -> usize {
        (chunk.size.state() + 6 * chunk.size.width) * chunk.lanes()
    }

    /// The length of the buffer that [`of`](Self::of) divides.
    pub(super) fn length(chunk: &Chunk<'_>, steps: usize) -> usize {
        chunk.lanes() * (padded(chunk.time) + padded(chunk.size.inputs)) + steps * Self::step(chunk)
    }

    /// Divides a buffer into blocks for `steps` steps.
    pub(super) fn of(chunk: &Chunk<'_>, steps: usize, mut buffer: &'a mut [f32]) -> Self {
        let attention = carve(&mut buffer, chunk.lanes() * padded(chunk.time));
        let contexts = carve(&mut buffer, chunk.lanes() * padded(chunk.size.inputs));
        let step = Self::step(chunk);
        Self { attention, contexts, steps: carve(&mut buffer, steps * step), step }
    }

    /// What step `t` leaves: the state [y; h], and the gates i, f, g, o, c and tanh(c).
    pub(super) fn at(&self, chunk: &Chunk<'_>, t: usize) -> (&[f32], &[f32]) {
        self.steps[t * self.step..][..self.step].split_at(chunk.size.state() * chunk.lanes())
    }

    /// The same, to be written.
    pub(super) fn at_mut(&mut self, chunk: &Chunk<'_>, t: usize) -> (&mut [f32], &mut [f32]) {
        let start = t * self.step % self.steps.len();
        self.steps[start..][..self.step].split_at_mut(chunk.size.state() * chunk.lanes())
    }
}
