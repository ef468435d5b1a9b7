//! The encoder's forward pass over one chunk.

use super::buffers::carve;
use super::encoder::Step;
use super::lanes::{padded, sum, vectorise};
use super::layer_forward::pad;
use super::plan::Chunk;
use super::tape::Tape;
use super::transpose::Transpose;
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

        let (pass, rules) = (self.pass(chunk), self.rules());
        let kept = tape.layers.len();
        for (i, (layer, &drops)) in model.layers.iter().zip(&self.layers).enumerate() {
            let tape = &mut tape.layers[i % kept];
            let attention = (&layer.attention, drops.attention);
            pass.attend_to_itself(simd, attention, rules, x, &mut tape.attention, (y, branch, scratch));
            pass.feed_forward(simd, (&layer.forward, drops.forward), x, &mut tape.forward, (y, branch));
        }

        pass.normalise(simd, &model.norm, x, &mut tape.normal, y);
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
}

/// The sum of a row that need not be whole vectors.
#[inline(always)]
fn sum_part<S: Simd>(simd: S, row: &[f32]) -> f32 {
    let (_, rest) = S::as_simd_f32s(row);
    sum(simd, row) + simd.reduce_sum_f32s(simd.partial_load_f32s(rest))
}
