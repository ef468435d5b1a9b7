//! The encoder's backward pass over one chunk.

use super::buffers::carve;
use super::encoder::Step;
use super::lanes::padded;
use super::layer_backward::{Projected, Work, row_sums};
use super::plan::{Chunk, Part};
use super::tape::Tape;
use pulp::Simd;

impl Step<'_> {
    /// Rows of blocks that [`backward`](Self::backward) needs beside a chunk's frames and attention.
    pub(super) const fn backward_rows(&self) -> usize {
        7 * self.model.shape.width + self.model.shape.feed_forward
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
        let [dx, dy, y, branch, queries] = [0; 5].map(|_| carve(&mut scratch, width * stride));
        let context = carve(&mut scratch, 2 * width * stride);
        let dinner = carve(&mut scratch, model.shape.feed_forward * stride);
        let flipped = carve(&mut scratch, chunk.columns * padded(width));
        flipped.fill(0.0);
        let mut work = Work { dy, y, branch, flipped };
        let mut projected = Projected { queries, context };

        work.dy.fill(0.0);
        for sample in &chunk.samples {
            let share = 1.0 / sample.length as f32;
            for f in 0..width {
                work.dy[f * stride + sample.start..][..sample.length].fill(dpooled[sample.index * width + f] * share);
            }
        }
        dx.fill(0.0);
        let (pass, rules) = (self.pass(chunk), self.rules());
        pass.normal_backward(simd, &model.norm, work.dy, &tape.normal, (dx, sums));

        for ((layer, &drops), tape) in model.layers.iter().zip(&self.layers).zip(&tape.layers).rev() {
            let forward = (&layer.forward, drops.forward);
            pass.feed_forward_backward(simd, forward, &tape.forward, dx, (&mut work, dinner), sums);
            let (attention, tape) = ((&layer.attention, drops.attention), &tape.attention);
            pass.attend_to_itself_backward(
                simd,
                attention,
                rules,
                tape,
                dx,
                &mut projected,
                (&mut work, scratch),
                sums,
            );
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
}
