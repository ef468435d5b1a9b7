//! A recurrent layer's way forward over one chunk, and its way back: direction by direction, and some frames at a time, so
//! that what belongs to them is still in cache when it is used again.

use super::buffers::{Buffer, Buffers};
use super::jobs::add;
use super::recurrent_cell::{Cell, add_rows, gru, gru_back, lstm, lstm_back};
use super::recurrent_plan::Chunk;
use super::recurrent_products::{BackwardWeights, ForwardWeights, add_outer};
use super::recurrent_tape::Tape;
use super::recurrent_weights::{Places, Size, stride};
use pulp::Simd;
use std::ops::Range;

/// What the passes over a chunk need to know.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    pub(super) size: Size,
    pub(super) directions: usize,
    pub(super) chunk: &'a Chunk,
    /// T.
    pub(super) time: usize,
    /// Rows of a sample's states: T, or one more for the final states.
    pub(super) rows: usize,
}

/// Where rows of so many numbers each lie.
fn part(rows: &Range<usize>, numbers: usize) -> Range<usize> {
    rows.start * numbers..rows.end * numbers
}

impl Pass<'_> {
    /// Where a sample's rows of states have a direction's at frame t.
    const fn place(&self, direction: usize, t: usize) -> Range<usize> {
        let start = (t * self.directions + direction) * self.size.width;
        start..start + self.size.width
    }

    /// Whether a direction comes to a sample's final state at frame t.
    fn ends(&self, direction: usize, sample: usize, t: usize) -> bool {
        t == if direction == 0 { self.chunk.samples[sample].1 - 1 } else { 0 }
    }

    /// The states of x (B, T, D), each sample's to its rows.
    pub(super) fn forward<S: Simd>(
        self,
        simd: S,
        x: &[f32],
        parameters: &[ForwardWeights<'_>],
        tapes: &mut [Tape<'_>],
        results: &mut [&mut [f32]],
        buffers: &Buffers,
    ) {
        let Self { size, chunk, .. } = self;
        for (direction, (parameters, kept)) in parameters.iter().zip(tapes.iter_mut()).enumerate() {
            let [mut state, mut memory] = [(); 2].map(|()| vec![0.0; chunk.samples.len() * size.lanes()]);
            // Samples that the last step had.
            let mut last = 0;
            for block in chunk.blocks(direction == 1) {
                let rows = chunk.rows_of(&block);
                let inputs = self.gather(x, &block, buffers);
                let rows = &mut kept.rows[part(&rows, size.row())];
                parameters.start(simd, &inputs, rows);
                buffers.give(inputs);
                for t in block {
                    let step = chunk.rows(t);
                    let going = part(&(0..last.min(step.len())), size.lanes());
                    last = step.len();
                    begin(&state[going.clone()], &mut kept.states[part(&step, size.lanes())]);
                    if size.cell == Cell::Lstm {
                        begin(&memory[going], &mut kept.memory[part(&step, size.lanes())]);
                    }
                    self.step(simd, parameters, kept, &step, (&mut state, &mut memory));
                    self.write(direction, t, &state, results);
                }
            }
        }
    }

    /// A block's frames of x (B, T, D), a row each.
    fn gather(self, x: &[f32], block: &[usize], buffers: &Buffers) -> Buffer {
        let inputs = self.size.inputs;
        let mut rows = buffers.take(self.chunk.rows_of(block).len() * stride(inputs));
        for ((sample, t), row) in self.chunk.places(block).zip(rows.chunks_exact_mut(stride(inputs))) {
            let (index, _) = self.chunk.samples[sample];
            let (numbers, rest) = row.split_at_mut(inputs);
            numbers.copy_from_slice(&x[(index * self.time + t) * inputs..][..inputs]);
            rest.fill(0.0);
        }
        rows
    }

    /// A direction's step, whose rows have x already, from the states and memory before it on the tape.
    fn step<S: Simd>(
        self,
        simd: S,
        parameters: &ForwardWeights<'_>,
        kept: &mut Tape<'_>,
        step: &Range<usize>,
        (state, memory): (&mut [f32], &mut [f32]),
    ) {
        let Self { size, .. } = self;
        let lanes = part(step, size.lanes());
        let rows = &mut kept.rows[part(step, size.row())];
        let before = &kept.states[lanes.clone()];
        parameters.add_hidden(simd, before, rows);
        match size.cell {
            Cell::Lstm => {
                let to = (memory, &mut kept.tangents[lanes.clone()], state);
                lstm(simd, size, rows, &kept.memory[lanes], to);
            }
            Cell::Gru => gru(simd, size, rows, before, state),
        }
    }

    /// A direction's states at frame t to their samples' rows.
    fn write(self, direction: usize, t: usize, states: &[f32], results: &mut [&mut [f32]]) {
        let Self { size, chunk, .. } = self;
        let states = states.chunks_exact(size.lanes()).take(chunk.rows(t).len());
        for (sample, (result, state)) in results.iter_mut().zip(states).enumerate() {
            result[self.place(direction, t)].copy_from_slice(&state[..size.width]);
            if self.rows > self.time && self.ends(direction, sample, t) {
                result[self.place(direction, self.time)].copy_from_slice(&state[..size.width]);
            }
        }
    }

    /// Adds the parameters' gradients to `sums`, a direction's each, and writes those of x to each sample's (T, D), if they
    /// are wanted, from those of the states (B, rows, dirs H).
    pub(super) fn backward<S: Simd>(
        self,
        simd: S,
        (x, dstates): (&[f32], &[f32]),
        (places, parameters): (&[Places], &[BackwardWeights<'_>]),
        tapes: &mut [Tape<'_>],
        (sums, mut dx): (&mut [&mut [f32]], Option<&mut [&mut [f32]]>),
        buffers: &Buffers,
    ) {
        let Self { size, chunk, .. } = self;
        let Size { inputs, width, .. } = size;
        let frames = stride(inputs);
        for (direction, (parameters, kept)) in parameters.iter().zip(tapes.iter_mut()).enumerate() {
            let [of_input, of_hidden, of_bias] = places[direction].sums(sums[direction]);
            // What later steps bring to the gradients of a state and of an LSTM's memory.
            let [mut dstate, mut dmemory] = [(); 2].map(|()| vec![0.0; chunk.samples.len() * size.lanes()]);
            for block in chunk.blocks(direction == 1).iter().rev() {
                for &t in block.iter().rev() {
                    self.read(direction, t, dstates, &mut dstate);
                    self.step_back(simd, parameters, kept, &chunk.rows(t), (&mut dstate, &mut dmemory));
                }
                let rows = chunk.rows_of(block);
                let x = self.gather(x, block, buffers);
                let states = &kept.states[part(&rows, size.lanes())];
                let slopes = &kept.rows[part(&rows, size.row())];
                add_outer(simd, size, slopes, (&x, frames), inputs, of_input);
                buffers.give(x);
                add_outer(simd, size, &slopes[size.hidden()..], (states, size.lanes()), width, of_hidden);
                add_rows(simd, slopes, size.row(), of_bias);
                if let Some(dx) = &mut dx {
                    let mut inner = buffers.take(rows.len() * frames);
                    parameters.input(simd, slopes, &mut inner);
                    for ((sample, t), row) in chunk.places(block).zip(inner.chunks_exact(frames)) {
                        add(&mut dx[sample][t * inputs..][..inputs], row);
                    }
                    buffers.give(inner);
                }
            }
        }
    }

    /// Adds what is given of the gradients of a direction's states at frame t (B, rows, dirs H).
    fn read(self, direction: usize, t: usize, dstates: &[f32], dstate: &mut [f32]) {
        let Self { size, chunk, .. } = self;
        let each = self.rows * self.directions * size.width;
        let rows = dstate.chunks_exact_mut(size.lanes()).take(chunk.rows(t).len());
        for (sample, (row, (index, _))) in rows.zip(&chunk.samples).enumerate() {
            let dstates = &dstates[index * each..][..each];
            add(row, &dstates[self.place(direction, t)]);
            if self.rows > self.time && self.ends(direction, sample, t) {
                add(row, &dstates[self.place(direction, self.time)]);
            }
        }
    }

    /// A direction's step back: turns the tape's rows into their gradients, and those of the states and of an LSTM's memory
    /// behind the step into those before it.
    fn step_back<S: Simd>(
        self,
        simd: S,
        parameters: &BackwardWeights<'_>,
        kept: &mut Tape<'_>,
        step: &Range<usize>,
        (dstate, dmemory): (&mut [f32], &mut [f32]),
    ) {
        let Self { size, .. } = self;
        let lanes = part(step, size.lanes());
        let rows = &mut kept.rows[part(step, size.row())];
        let dstate = &mut dstate[..lanes.len()];
        match size.cell {
            Cell::Lstm => {
                let before = (&kept.memory[lanes.clone()], &kept.tangents[lanes]);
                lstm_back(simd, size, rows, before, dstate, dmemory);
                dstate.fill(0.0);
            }
            Cell::Gru => gru_back(simd, size, rows, &kept.states[lanes], dstate),
        }
        parameters.add_hidden(simd, rows, dstate);
    }
}

/// The rows before a step: some go on, and the others begin with zeros.
fn begin(from: &[f32], rows: &mut [f32]) {
    let (going, new) = rows.split_at_mut(from.len());
    going.copy_from_slice(from);
    new.fill(0.0);
}
