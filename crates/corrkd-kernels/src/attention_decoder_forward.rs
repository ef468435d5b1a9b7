//! The way forward of a fused [`AttentionDecoder`](crate::AttentionDecoder), over one chunk of samples.

use super::attention_decoder_context as context;
use super::attention_decoder_parameters::{Size, Weights};
use super::attention_decoder_tape::{Chunk, Tape};
use super::buffers::carve;
use super::lanes::{load, padded, sigmoid, store, tanh, vectorise};
use super::product::{Block, Left, Product, Start};
use super::transpose::Transpose;
use pulp::{Simd, WithSimd};

impl Weights<'_> {
    /// The length of the scratch that [`forward`](Self::forward) needs.
    pub(super) const fn forward_scratch(&self, lanes: usize) -> usize {
        (self.size.inputs + 2 * self.size.gates() + self.size.width + self.size.state()) * lanes
    }

    /// The chunk's answers (samples, T, D'), which are zero before.
    pub(super) fn forward<S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk<'_>,
        tape: &mut Tape<'_>,
        mut scratch: &mut [f32],
        answers: &mut [f32],
    ) {
        let Size { inputs, width, outputs } = self.size;
        let (gates, lanes) = (self.size.gates(), chunk.lanes());
        let mut rows = |n: usize| carve(&mut scratch, n * lanes);
        let (contexts, constant, sums) = (rows(inputs), rows(gates), rows(gates));
        let (cell, state) = (rows(width), rows(self.size.state()));

        tape.contexts.fill(0.0);
        let of_sample = tape.attention.chunks_mut(padded(chunk.time)).zip(tape.contexts.chunks_mut(padded(inputs)));
        for (sample, (attention, m)) in of_sample.enumerate().take(chunk.lengths.len()) {
            context::forward(simd, self.score, chunk.frames(sample), attention, &mut m[..inputs]);
        }
        let (from, to) = ((&*tape.contexts, padded(inputs)), (&mut *contexts, lanes));
        Transpose { from, to, size: (lanes, inputs) }.with_simd(simd);
        // What the context and the biases bring to the gates of every step.
        let a = Left::Rows(self.input, inputs + outputs);
        let (start, block) = (Start::Bias(&self.bias), Block { values: constant, stride: lanes });
        Product { a, b: contexts, b_stride: lanes, rows: gates, depth: inputs, lanes, start }.into(simd, block);

        cell.fill(0.0);
        for t in 0..chunk.steps() {
            sums.copy_from_slice(constant);
            if t > 0 {
                let a = Left::Rows(&self.recurrent, self.size.state());
                let (depth, block) = (self.size.state(), Block { values: sums, stride: lanes });
                Product { a, b: state, b_stride: lanes, rows: gates, depth, lanes, start: Start::Sum }
                    .into(simd, block);
            }
            let (kept, of_cell) = tape.at_mut(chunk, t);
            let (y, h) = state.split_at_mut(outputs * lanes);
            step(simd, sums, cell, h, of_cell);
            let (a, start) = (Left::Rows(self.output, width), Start::Bias(self.output_bias));
            let product = Product { a, b: h, b_stride: lanes, rows: outputs, depth: width, lanes, start };
            product.into(simd, Block { values: y, stride: lanes });
            squash(simd, y);
            kept.copy_from_slice(state);
            let (from, to) = ((&*state, lanes), (&mut answers[t * outputs..], chunk.time * outputs));
            Transpose { from, to, size: (outputs, chunk.lengths.len()) }.with_simd(simd);
            for (sample, _) in chunk.lengths.iter().enumerate().filter(|(_, length)| **length <= t) {
                answers[(sample * chunk.time + t) * outputs..][..outputs].fill(0.0);
            }
        }
    }
}

/// The cell: c and h of the sums that the gates are made of; i, f, g, o, c and tanh(c) go to `kept`.
fn step<S: Simd>(simd: S, sums: &[f32], cell: &mut [f32], h: &mut [f32], kept: &mut [f32]) {
    let part = cell.len();
    vectorise(
        simd,
        #[inline(always)]
        || {
            for at in (0..part).step_by(S::F32_LANES) {
                let i = sigmoid(simd, load::<S>(sums, at));
                let f = sigmoid(simd, load::<S>(sums, part + at));
                let g = tanh(simd, load::<S>(sums, 2 * part + at));
                let o = sigmoid(simd, load::<S>(sums, 3 * part + at));
                let c = simd.mul_add_f32s(f, load::<S>(cell, at), simd.mul_f32s(i, g));
                let tangent = tanh(simd, c);
                store::<S>(cell, at, c);
                store::<S>(h, at, simd.mul_f32s(o, tangent));
                let all = [i, f, g, o, c, tangent];
                for n in 0..all.len() {
                    store::<S>(kept, n * part + at, all[n]);
                }
            }
        },
    );
}

/// values = tanh(values).
fn squash<S: Simd>(simd: S, values: &mut [f32]) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            for value in S::as_mut_simd_f32s(values).0 {
                *value = tanh(simd, *value);
            }
        },
    );
}
