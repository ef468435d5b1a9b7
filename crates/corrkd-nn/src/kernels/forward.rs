//! The encoder's forward pass over one chunk.

use super::buffers::carve;
use super::drops::ColumnDrops;
use super::encoder::Step;
use super::lanes::{load, padded, store, sum, vectorise};
use super::plan::Chunk;
use super::product::Block;
use super::tape::Tape;
use super::transpose::Transpose;
use crate::dropout::Drops;
use pulp::{Simd, WithSimd};

impl Step<'_> {
    /// Rows of blocks that [`forward`](Self::forward) needs beside a chunk's frames and attention.
    pub(super) const fn forward_rows(&self) -> usize {
        3 * self.model.shape.width
    }

    /// The chunk's pooled representations: a sample's d numbers at its place behind the sample `first`'s.
    pub(super) fn forward<S: Simd>(
        &self,
        simd: S,
        chunk: &Chunk,
        tape: &mut Tape<'_>,
        mut scratch: &mut [f32],
        (pooled, first): (&mut [f32], usize),
    ) {
        let model = self.model;
        let (width, stride) = (model.shape.width, chunk.stride());
        let [x, y, branch] = [0; 3].map(|_| carve(&mut scratch, width * stride));
        self.convolve(simd, chunk, x, &mut scratch);

        let kept = tape.layers.len();
        for (i, (layer, drops)) in model.layers.iter().zip(&self.layers).enumerate() {
            let tape = &mut tape.layers[i % kept];
            let norm = layer.attention_norm.of(self.parameters);
            norm.forward(simd, x, (tape.attention_normal.values, tape.attention_normal.scale), y);
            layer.project.forward(self.parameters, y, stride).into(simd, Block { values: tape.qkv, stride });
            scale(simd, &mut tape.qkv[..width * stride], self.query_factor());
            pad(tape.heads, stride, chunk.columns);
            for sample in &chunk.samples {
                let columns = self.sample_columns(sample, stride);
                let attention = self.attention(drops.weights, sample.index);
                attention.forward(simd, columns, tape.qkv, tape.heads, tape.statistics, scratch);
            }
            layer.join.forward(self.parameters, tape.heads, stride).into(simd, Block { values: branch, stride });
            self.add(simd, chunk, x, branch, drops.attention);

            let norm = layer.forward_norm.of(self.parameters);
            norm.forward(simd, x, (tape.forward_normal.values, tape.forward_normal.scale), y);
            layer.widen.forward(self.parameters, y, stride).into(simd, Block { values: tape.inner, stride });
            activate(simd, tape.inner, stride, self.columns(drops.inner, chunk, model.shape.feed_forward));
            layer.narrow.forward(self.parameters, tape.inner, stride).into(simd, Block { values: branch, stride });
            self.add(simd, chunk, x, branch, drops.forward);
        }

        let norm = model.norm.of(self.parameters);
        norm.forward(simd, x, (tape.normal.values, tape.normal.scale), y);
        vectorise(
            simd,
            #[inline(always)]
            || {
                for sample in &chunk.samples {
                    let share = 1.0 / sample.length as f32;
                    let to = &mut pooled[(sample.index - first) * width..][..width];
                    for (f, to) in to.iter_mut().enumerate() {
                        *to = share * sum_part(simd, &y[f * stride + sample.start..][..sample.length]);
                    }
                }
            },
        );
    }

    /// Convolution, bias and position: x (d rows), zero behind the last column.
    fn convolve<S: Simd>(&self, simd: S, chunk: &Chunk, x: &mut [f32], scratch: &mut &mut [f32]) {
        let model = self.model;
        let (width, stride) = (model.shape.width, chunk.stride());
        let frames = carve(scratch, chunk.columns * model.convolution.frame_stride());
        let out = carve(scratch, chunk.columns * padded(width));
        let staged = match self.input {
            None => model.convolution.in_place(chunk, (self.x, self.time)),
            drops => model.convolution.stage(simd, chunk, (self.x, self.time), drops, frames),
        };
        out.fill(0.0);
        model.convolution.forward(simd, &staged, self.taps, out);
        let bias = &self.parameters[model.bias.packed.clone()];
        for ((_, t), out) in chunk.frames().zip(out.chunks_exact_mut(padded(width))) {
            let position = &self.positions[t * width..][..width];
            for ((out, bias), position) in out.iter_mut().zip(bias).zip(position) {
                *out += bias + position;
            }
        }
        pad(x, stride, chunk.columns);
        Transpose { from: (out, padded(width)), to: (x, stride), size: (chunk.columns, width) }.with_simd(simd);
    }

    /// x += dropped branch.
    fn add<S: Simd>(&self, simd: S, chunk: &Chunk, x: &mut [f32], branch: &[f32], drops: Option<Drops>) {
        let (width, stride) = (self.model.shape.width, chunk.stride());
        let columns = self.columns(drops, chunk, width);
        vectorise(
            simd,
            #[inline(always)]
            || match &columns {
                None => {
                    for at in (0..width * stride).step_by(S::F32_LANES) {
                        store::<S>(x, at, simd.add_f32s(load::<S>(x, at), load::<S>(branch, at)));
                    }
                }
                Some(columns) => columns.each_pair(
                    simd,
                    width,
                    stride,
                    #[inline(always)]
                    |at, factor| {
                        let sum = simd.mul_add_f32s(load::<S>(branch, at), factor, load::<S>(x, at));
                        store::<S>(x, at, sum);
                    },
                ),
            },
        );
    }

    /// Dropout on the columns of a chunk's block of `features` rows.
    pub(super) fn columns(&self, drops: Option<Drops>, chunk: &Chunk, features: usize) -> Option<ColumnDrops> {
        Some(ColumnDrops::of(drops?, chunk.frames(), features, chunk.stride()))
    }
}

/// ReLU, and dropout behind it.
fn activate<S: Simd>(simd: S, values: &mut [f32], stride: usize, columns: Option<ColumnDrops>) {
    let zero = simd.splat_f32s(0.0);
    vectorise(
        simd,
        #[inline(always)]
        || match &columns {
            None => {
                for at in (0..values.len()).step_by(S::F32_LANES) {
                    store::<S>(values, at, simd.max_f32s(zero, load::<S>(values, at)));
                }
            }
            Some(columns) => columns.each_pair(
                simd,
                values.len() / stride,
                stride,
                #[inline(always)]
                |at, factor| {
                    store::<S>(values, at, simd.mul_f32s(simd.max_f32s(zero, load::<S>(values, at)), factor));
                },
            ),
        },
    );
}

/// values *= factor.
pub(super) fn scale<S: Simd>(simd: S, values: &mut [f32], factor: f32) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            let factor = simd.splat_f32s(factor);
            for value in S::as_mut_simd_f32s(values).0 {
                *value = simd.mul_f32s(*value, factor);
            }
        },
    );
}

/// Clears what lies behind the last column of each row.
pub(super) fn pad(values: &mut [f32], stride: usize, columns: usize) {
    values.chunks_exact_mut(stride).for_each(|row| row[columns..].fill(0.0));
}

/// The sum of a row that need not be whole vectors.
#[inline(always)]
fn sum_part<S: Simd>(simd: S, row: &[f32]) -> f32 {
    let (_, rest) = S::as_simd_f32s(row);
    sum(simd, row) + simd.reduce_sum_f32s(simd.partial_load_f32s(rest))
}
