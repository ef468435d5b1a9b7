//! What a chunk's way forward leaves for the way back: a row for each frame.

use super::buffers::carve;
use super::recurrent_cell::Cell;
use super::recurrent_weights::Size;

/// A direction's rows.
pub(super) struct Tape<'a> {
    /// The four blocks.
    pub(super) rows: &'a mut [f32],
    /// The state before each step.
    pub(super) states: &'a mut [f32],
    /// An LSTM's memory before each step.
    pub(super) memory: &'a mut [f32],
    /// The hyperbolic tangent of that behind it.
    pub(super) tangents: &'a mut [f32],
}

impl<'a> Tape<'a> {
    /// The length of the buffer that [`of`](Self::of) divides.
    pub(super) const fn length(size: Size, directions: usize, frames: usize) -> usize {
        frames * directions * (size.row() + (1 + Self::memories(size)) * size.lanes())
    }

    /// Blocks that an LSTM alone needs.
    const fn memories(size: Size) -> usize {
        match size.cell {
            Cell::Lstm => 2,
            Cell::Gru => 0,
        }
    }

    /// Divides a buffer among directions.
    pub(super) fn of(size: Size, directions: usize, frames: usize, mut buffer: &'a mut [f32]) -> Vec<Self> {
        let memory = frames * size.lanes() * Self::memories(size) / 2;
        let of_direction = |_| Self {
            rows: carve(&mut buffer, frames * size.row()),
            states: carve(&mut buffer, frames * size.lanes()),
            memory: carve(&mut buffer, memory),
            tangents: carve(&mut buffer, memory),
        };
        (0..directions).map(of_direction).collect()
    }
}
