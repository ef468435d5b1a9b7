//! The encoder's backward pass over one chunk.

use super::buffers::carve;
use super::encoder::{Part, Step};
use super::forward::scale;
use super::lanes::{load, padded, store, sum, vectorise};
use super::model::{LinearPlace, NormPlace};
use super::plan::Chunk;
use super::product::{Block, Left, Product, Start};
use super::tape::{Normal, Tape};
use super::transpose::Transpose;
use crate::dropout::Drops;
use pulp::{Simd, WithSimd};

impl Step<'_> {
    /// Rows of blocks that [`backward`](Self::backward) needs beside a chunk's frames and attention.
    pub(super) const fn backward_rows(&self) -> usize {
        8 * self.model.shape.width + self.model.shape.feed_forward
    }

    /// Adds the chunk's gradients to `sums`, given those of the pooled representations (B, d); writes that of x (B, T, D)
    /// to `inputs`, if it is wanted.
    pub(super) fn backward<S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk,
        tape: &Tape<'_>,
        mut scratch: &mut [f32],
        dpooled: &[f32],
        (sums, inputs): (&mut [f32], Option<&mut Part<'_>>),
    ) {
        let model = self.model;
        let (width, stride) = (model.shape.width, chunk.stride());
        let [dx, dy, y, branch, dheads] = [0; 5].map(|_| carve(&mut scratch, width * stride));
        let dqkv = carve(&mut scratch, 3 * width * stride);
        let dinner = carve(&mut scratch, model.shape.feed_forward * stride);
        let flipped = carve(&mut scratch, chunk.columns * padded(width));
        flipped.fill(0.0);

        dy.fill(0.0);
        for sample in &chunk.samples {
            let share = 1.0 / sample.length as f32;
            for f in 0..width {
                dy[f * stride + sample.start..][..sample.length].fill(dpooled[sample.index * width + f] * share);
            }
        }
        dx.fill(0.0);
        self.normal_backward(simd, &model.norm, dy, &tape.normal, dx, sums);

        for ((layer, drops), tape) in model.layers.iter().zip(&self.layers).zip(&tape.layers).rev() {
            let dbranch = self.dropped(simd, chunk, dx, branch, drops.forward);
            self.flip(simd, chunk, dbranch, flipped);
            outer(simd, tape.inner, stride, flipped, (model.shape.feed_forward, width), chunk.columns, {
                &mut sums[layer.narrow.weight.sums.clone()]
            });
            row_sums(simd, dbranch, stride, &mut sums[layer.narrow.bias.sums.clone()]);
            layer.narrow.backward(self.parameters, dbranch, stride).into(simd, Block { values: dinner, stride });
            activate_backward(simd, dinner, tape.inner, drops.inner.map_or(1.0, |drops| drops.kept));
            self.linear_gradient(
                simd,
                &layer.forward_norm,
                &tape.forward_normal,
                (dinner, &layer.widen),
                chunk,
                (y, flipped),
                sums,
            );
            layer.widen.backward(self.parameters, dinner, stride).into(simd, Block { values: dy, stride });
            self.normal_backward(simd, &layer.forward_norm, dy, &tape.forward_normal, dx, sums);

            let dbranch = self.dropped(simd, chunk, dx, branch, drops.attention);
            self.flip(simd, chunk, tape.heads, flipped);
            outer(simd, dbranch, stride, flipped, (width, width), chunk.columns, {
                &mut sums[layer.join.weight.sums.clone()]
            });
            row_sums(simd, dbranch, stride, &mut sums[layer.join.bias.sums.clone()]);
            layer.join.backward(self.parameters, dbranch, stride).into(simd, Block { values: dheads, stride });
            dqkv.fill(0.0);
            for sample in &chunk.samples {
                let kept = (&*tape.qkv, &*tape.heads, &*tape.statistics);
                let attention = self.attention(drops.weights, sample.index);
                attention.backward(simd, self.sample_columns(sample, stride), kept, dheads, dqkv, scratch);
            }
            scale(simd, &mut dqkv[..width * stride], self.query_factor());
            self.linear_gradient(
                simd,
                &layer.attention_norm,
                &tape.attention_normal,
                (dqkv, &layer.project),
                chunk,
                (y, flipped),
                sums,
            );
            layer.project.backward(self.parameters, dqkv, stride).into(simd, Block { values: dy, stride });
            self.normal_backward(simd, &layer.attention_norm, dy, &tape.attention_normal, dx, sums);
        }

        if let Some(Part { values, first, .. }) = inputs {
            let weight = model.convolution.by_tap(&self.parameters[model.taps.packed.clone()]);
            let to = (&mut **values, *first, self.time);
            model.convolution.input_gradient(simd, chunk, (dx, stride), &weight, self.input, to);
        }
        row_sums(simd, dx, stride, &mut sums[model.bias.sums.clone()]);
        let frames = carve(&mut scratch, chunk.columns * model.convolution.frame_stride());
        let staged = model.convolution.stage(simd, chunk, (self.x, self.time), self.input, frames);
        model.convolution.weight_gradient(simd, &staged, (dx, stride), &mut sums[model.taps.sums.clone()]);
    }

    fn normal_backward<S: Simd>(
        &self,
        simd: S,
        place: &NormPlace,
        dy: &[f32],
        normal: &Normal<'_>,
        dx: &mut [f32],
        sums: &mut [f32],
    ) {
        let NormPlace { gain, bias } = place;
        let (first, second) = sums.split_at_mut(bias.sums.start);
        let (dgain, dbias) = (&mut first[gain.sums.clone()], &mut second[..bias.sums.len()]);
        place.of(self.parameters).backward(simd, dy, (normal.values, normal.scale), dx, (dgain, dbias));
    }

    /// Adds the gradient of a linear layer behind a normalisation.
    #[expect(clippy::too_many_arguments, reason = "one line of mathematics")]
    fn linear_gradient<S: Simd>(
        &self,
        simd: S,
        norm: &NormPlace,
        normal: &Normal<'_>,
        (dy, linear): (&[f32], &LinearPlace),
        chunk: &Chunk,
        (y, flipped): (&mut [f32], &mut [f32]),
        sums: &mut [f32],
    ) {
        let (width, stride) = (self.model.shape.width, chunk.stride());
        norm.of(self.parameters).apply(simd, normal.values, y, stride);
        self.flip(simd, chunk, y, flipped);
        outer(simd, dy, stride, flipped, (dy.len() / stride, width), chunk.columns, {
            &mut sums[linear.weight.sums.clone()]
        });
        row_sums(simd, dy, stride, &mut sums[linear.bias.sums.clone()]);
    }

    /// A block of d rows as padded rows of d, one for each column.
    fn flip<S: Simd>(&self, simd: S, chunk: &Chunk, block: &[f32], flipped: &mut [f32]) {
        let width = self.model.shape.width;
        let (from, to) = ((block, chunk.stride()), (flipped, padded(width)));
        Transpose { from, to, size: (width, chunk.columns) }.with_simd(simd);
    }

    /// The gradient that reaches a branch through its dropout.
    fn dropped<'a, S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk,
        dx: &'a [f32],
        branch: &'a mut [f32],
        drops: Option<Drops>,
    ) -> &'a [f32] {
        let (width, stride) = (self.model.shape.width, chunk.stride());
        let Some(columns) = self.columns(drops, chunk, width) else { return dx };
        vectorise(
            simd,
            #[inline(always)]
            || {
                columns.each_pair(
                    simd,
                    width,
                    stride,
                    #[inline(always)]
                    |at, factor| {
                        store::<S>(branch, at, simd.mul_f32s(load::<S>(dx, at), factor));
                    },
                );
            },
        );
        branch
    }
}

/// c (rows of the padded width) += a (rows of `stride`) times b (columns rows of the padded width).
fn outer<S: Simd>(
    simd: S,
    a: &[f32],
    stride: usize,
    b: &[f32],
    (rows, width): (usize, usize),
    columns: usize,
    c: &mut [f32],
) {
    let width = padded(width);
    let a = Left::Rows(a, stride);
    let product = Product { a, b, b_stride: width, rows, depth: columns, lanes: width, start: Start::Sum };
    product.into(simd, Block { values: c, stride: width });
}

/// Adds the sum of each row.
fn row_sums<S: Simd>(simd: S, values: &[f32], stride: usize, sums: &mut [f32]) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            for (row, total) in values.chunks_exact(stride).zip(&mut *sums) {
                *total += sum(simd, row);
            }
        },
    );
}

/// Through dropout and ReLU: what stayed positive passes its gradient, times `kept`.
fn activate_backward<S: Simd>(simd: S, gradient: &mut [f32], values: &[f32], kept: f32) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            let (kept, zero) = (simd.splat_f32s(kept), simd.splat_f32s(0.0));
            for at in (0..values.len()).step_by(S::F32_LANES) {
                let passes = simd.greater_than_f32s(load::<S>(values, at), zero);
                let passed = simd.select_f32s(passes, simd.mul_f32s(load::<S>(gradient, at), kept), zero);
                store::<S>(gradient, at, passed);
            }
        },
    );
}
