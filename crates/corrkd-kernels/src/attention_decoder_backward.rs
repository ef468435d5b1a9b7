//! The way back of a fused [`AttentionDecoder`](crate::AttentionDecoder), over one chunk of samples.

use super::attention_decoder_context as context;
use super::attention_decoder_parameters::{Size, Sums, Weights};
use super::attention_decoder_tape::{Chunk, Tape};
use super::buffers::carve;
use super::lanes::{load, padded, store, vectorise};
use super::layer_backward::row_sums;
use super::product::{Block, Left, Product, Start};
use super::transpose::Transpose;
use pulp::{Simd, WithSimd};

impl Weights<'_> {
    /// The length of the scratch that [`backward`](Self::backward) needs.
    pub(super) const fn backward_scratch(&self, lanes: usize) -> usize {
        let Size { inputs, width, outputs } = self.size;
        let blocks = inputs + 2 * self.size.gates() + width + self.size.state() + 2 * outputs;
        (blocks + padded(self.size.gates()) + padded(width) + padded(inputs)) * lanes
    }

    /// Adds the chunk's gradients to `sums`, given those of the answers (samples, T, D'); writes that of E, which is
    /// zero before, if it is wanted.
    pub(super) fn backward<S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk<'_>,
        tape: &Tape<'_>,
        mut scratch: &mut [f32],
        danswers: &[f32],
        (sums, mut dencoded): (&mut Sums<'_>, Option<&mut [f32]>),
    ) {
        let Size { inputs, width, outputs } = self.size;
        let (gates, state, lanes) = (self.size.gates(), self.size.state(), chunk.lanes());
        let mut rows = |n: usize| carve(&mut scratch, n * lanes);
        let (dcell, dgates, dconstant, dstate) = (rows(width), rows(gates), rows(gates), rows(state));
        let (dy, dbias, dcontexts) = (rows(outputs), rows(outputs), rows(inputs));
        let (gates_flipped, h_flipped, contexts_flipped) =
            (rows(padded(gates)), rows(padded(width)), rows(padded(inputs)));
        for block in [&mut *dcell, dconstant, dstate, dy, dbias, gates_flipped, h_flipped] {
            block.fill(0.0);
        }

        for t in (0..chunk.steps()).rev() {
            let ((kept, of_cell), before) = (tape.at(chunk, t), t.checked_sub(1).map(|t| tape.at(chunk, t)));
            let (y, h) = kept.split_at(outputs * lanes);
            let (from, to) = ((&danswers[t * outputs..], chunk.time * outputs), (&mut *dy, lanes));
            Transpose { from, to, size: (chunk.lengths.len(), outputs) }.with_simd(simd);
            for (sample, _) in chunk.lengths.iter().enumerate().filter(|(_, length)| **length <= t) {
                dy[sample..].iter_mut().step_by(lanes).for_each(|dy| *dy = 0.0);
            }
            squash_backward(simd, y, dstate, dy, dbias);
            let a = Left::Columns(self.output, width);
            let product = Product { a, b: dy, b_stride: lanes, rows: width, depth: outputs, lanes, start: Start::Sum };
            let dh = &mut dstate[outputs * lanes..];
            product.into(simd, Block { values: dh, stride: lanes });
            let (from, to) = ((h, lanes), (&mut *h_flipped, padded(width)));
            Transpose { from, to, size: (width, lanes) }.with_simd(simd);
            outer(simd, dy, h_flipped, (outputs, width, lanes), sums.output);

            let cell_before = before.map(|(_, of_cell)| &of_cell[gates * lanes..][..width * lanes]);
            step_backward(simd, (of_cell, cell_before), dh, dcell, (dgates, dconstant));
            let Some((before, _)) = before else { break };
            let (from, to) = ((&*dgates, lanes), (&mut *gates_flipped, padded(gates)));
            Transpose { from, to, size: (gates, lanes) }.with_simd(simd);
            outer(simd, before, gates_flipped, (state, gates, lanes), sums.recurrent);
            let a = Left::Columns(&self.recurrent, state);
            let product =
                Product { a, b: dgates, b_stride: lanes, rows: state, depth: gates, lanes, start: Start::Zero };
            product.into(simd, Block { values: dstate, stride: lanes });
        }

        row_sums(simd, dbias, lanes, sums.output_bias);
        row_sums(simd, dconstant, lanes, sums.bias);
        outer(simd, dconstant, tape.contexts, (gates, inputs, lanes), sums.context);
        let a = Left::Columns(self.input, inputs + outputs);
        let product =
            Product { a, b: dconstant, b_stride: lanes, rows: inputs, depth: gates, lanes, start: Start::Zero };
        product.into(simd, Block { values: dcontexts, stride: lanes });
        let (from, to) = ((&*dcontexts, lanes), (&mut *contexts_flipped, padded(inputs)));
        Transpose { from, to, size: (inputs, lanes) }.with_simd(simd);
        let of_sample = tape.attention.chunks(padded(chunk.time)).zip(contexts_flipped.chunks(padded(inputs)));
        for (sample, (attention, dm)) in of_sample.enumerate().take(chunk.lengths.len()) {
            let frames = chunk.frames(sample);
            let place = sample * chunk.time * inputs;
            let dframes = dencoded.as_deref_mut().map(|all| &mut all[place..][..frames.len()]);
            context::backward(simd, (self.score, frames), attention, dm, sums.score, dframes);
        }
    }
}

/// c (rows of the padded width) += a (rows of lanes) times b (lanes rows of the padded width).
fn outer<S: Simd>(simd: S, a: &[f32], b: &[f32], (rows, width, lanes): (usize, usize, usize), c: &mut [f32]) {
    let stride = padded(width);
    let a = Left::Rows(a, lanes);
    let product = Product { a, b, b_stride: stride, rows, depth: lanes, lanes: stride, start: Start::Sum };
    product.into(simd, Block { values: c, stride });
}

/// dy becomes the gradient of what y is the tanh of: dy and what the next step adds to it, through tanh. It is added to
/// `sum`, too.
fn squash_backward<S: Simd>(simd: S, y: &[f32], next: &[f32], dy: &mut [f32], sum: &mut [f32]) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            for at in (0..y.len()).step_by(S::F32_LANES) {
                let slope = one_minus_square(simd, load::<S>(y, at));
                let d = simd.mul_f32s(simd.add_f32s(load::<S>(dy, at), load::<S>(next, at)), slope);
                store::<S>(dy, at, d);
                let total = simd.add_f32s(load::<S>(sum, at), d);
                store::<S>(sum, at, total);
            }
        },
    );
}

/// Back through the cell, from the gradients of h and, in `dcell`, of c, which becomes that of the c before. Those of
/// the gates' sums go to the first of `dgates`, and are added to the second.
fn step_backward<S: Simd>(
    simd: S,
    (kept, before): (&[f32], Option<&[f32]>),
    dh: &[f32],
    dcell: &mut [f32],
    (dgates, total): (&mut [f32], &mut [f32]),
) {
    let part = dcell.len();
    vectorise(
        simd,
        #[inline(always)]
        || {
            for at in (0..part).step_by(S::F32_LANES) {
                let i = load::<S>(kept, at);
                let f = load::<S>(kept, part + at);
                let g = load::<S>(kept, 2 * part + at);
                let o = load::<S>(kept, 3 * part + at);
                let tangent = load::<S>(kept, 5 * part + at);
                let before = match before {
                    Some(before) => load::<S>(before, at),
                    None => simd.splat_f32s(0.0),
                };
                let dh = load::<S>(dh, at);
                let through = simd.mul_f32s(simd.mul_f32s(dh, o), one_minus_square(simd, tangent));
                let dc = simd.add_f32s(load::<S>(dcell, at), through);
                store::<S>(dcell, at, simd.mul_f32s(dc, f));
                let slopes = [
                    simd.mul_f32s(simd.mul_f32s(dc, g), sigmoid_slope(simd, i)),
                    simd.mul_f32s(simd.mul_f32s(dc, before), sigmoid_slope(simd, f)),
                    simd.mul_f32s(simd.mul_f32s(dc, i), one_minus_square(simd, g)),
                    simd.mul_f32s(simd.mul_f32s(dh, tangent), sigmoid_slope(simd, o)),
                ];
                for n in 0..slopes.len() {
                    let at = n * part + at;
                    store::<S>(dgates, at, slopes[n]);
                    let sum = simd.add_f32s(load::<S>(total, at), slopes[n]);
                    store::<S>(total, at, sum);
                }
            }
        },
    );
}

/// The slope of tanh where it is x: 1 - x^2.
#[inline(always)]
fn one_minus_square<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    simd.negate_mul_add_f32s(x, x, simd.splat_f32s(1.0))
}

/// The slope of the sigmoid where it is x.
#[inline(always)]
fn sigmoid_slope<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    simd.negate_mul_add_f32s(x, x, x)
}
