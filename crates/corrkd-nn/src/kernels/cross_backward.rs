//! The cross-modal Transformer's backward pass over one chunk.

use super::buffers::carve;
use super::cross_step::{Chunks, CrossStep, scatter};
use super::cross_tape::CrossTape;
use super::lanes::padded;
use super::layer_backward::{Projected, Work};
use super::layer_forward::Pass;
use super::plan::{Chunk, Part};
use pulp::Simd;

impl CrossStep<'_> {
    /// Adds the chunk's gradients to `sums`, given those of the answers, (B, Tq, d) or (B, d) of the last ones; writes
    /// those of the queries and of the context to `inputs`, where they are wanted.
    pub(super) fn backward<S: Simd>(
        &self,
        simd: S,
        chunks: &Chunks,
        tape: &CrossTape<'_>,
        mut scratch: &mut [f32],
        slopes: &[f32],
        (sums, inputs): (&mut [f32], [Option<&mut Part<'_>>; 2]),
    ) {
        let (model, width, rules) = (self.model, self.model.shape.width, self.rules());
        let full = self.pass(&chunks.queries);
        let keys: &Chunk = chunks.context.as_ref().unwrap_or(&chunks.queries);
        let widest = full.stride().max(keys.stride());
        let [dy, y, branch] = [0; 3].map(|_| carve(&mut scratch, width * widest));
        let flipped = carve(&mut scratch, chunks.queries.columns.max(keys.columns) * padded(width));
        flipped.fill(0.0);
        let mut work = Work { dy, y, branch, flipped };
        let [dx, queries] = [0; 2].map(|_| carve(&mut scratch, width * full.stride()));
        let context = carve(&mut scratch, 2 * width * keys.stride());
        let dinner = carve(&mut scratch, model.shape.feed_forward * full.stride());
        let mut across: Option<(Pass<'_>, &mut [f32])> = chunks.context.as_ref().map(|chunk| {
            let pass = self.pass(chunk);
            let slopes = carve(&mut scratch, width * pass.stride());
            slopes.fill(0.0);
            (pass, slopes)
        });

        let mut layers = model.layers.iter().zip(self.layers.iter().copied()).rev();
        if let (Some(chunk), Some(tape_of)) = (&chunks.last, &tape.last)
            && let Some((layer, drops)) = layers.next()
        {
            let (pass, both) = (self.pass(chunk), (layer, drops));
            let [last, asking] = [0; 2].map(|_| carve(&mut scratch, width * pass.stride()));
            let dinner = &mut dinner[..model.shape.feed_forward * pass.stride()];
            self.enter(simd, chunk, slopes, &mut work.dy[..width * pass.stride()]);
            last.fill(0.0);
            pass.normal_backward(simd, &model.norm, work.dy, &tape.normal, (last, sums));
            pass.feed_forward_backward(simd, both, tape_of, last, (&mut work, dinner), sums);
            let mut projected = Projected { queries: asking, context: &mut *context };
            pass.attend_backward(simd, both, rules, keys, tape_of, last, &mut projected, (&mut work, scratch), sums);
            let normal = (&layer.attention_norm, &tape_of.attention_normal);
            match &mut across {
                None => {
                    scatter((&chunks.queries, chunk), width, last, dx);
                    scatter((&chunks.queries, chunk), width, asking, queries);
                    let linear = [(&*queries, &layer.queries), (&*context, &layer.context)];
                    full.through_normal(simd, normal, &linear, &mut work, (dx, sums));
                }
                Some((across, slopes)) => {
                    pass.through_normal(simd, normal, &[(&*asking, &layer.queries)], &mut work, (last, sums));
                    scatter((&chunks.queries, chunk), width, last, dx);
                    let (normal, linear) = ((normal.0, &tape.context), [(&*context, &layer.context)]);
                    across.through_normal(simd, normal, &linear, &mut work, (slopes, sums));
                }
            }
        } else {
            self.enter(simd, &chunks.queries, slopes, &mut work.dy[..width * full.stride()]);
            dx.fill(0.0);
            full.normal_backward(simd, &model.norm, work.dy, &tape.normal, (dx, sums));
        }

        let mut projected = Projected { queries, context };
        for ((layer, drops), tape_of) in layers.zip(tape.layers.iter().rev()) {
            let both = (layer, drops);
            full.feed_forward_backward(simd, both, tape_of, dx, (&mut work, dinner), sums);
            full.attend_backward(simd, both, rules, keys, tape_of, dx, &mut projected, (&mut work, scratch), sums);
            let normal = (&layer.attention_norm, &tape_of.attention_normal);
            let of_queries = (&*projected.queries, &layer.queries);
            let of_context = (&*projected.context, &layer.context);
            match &mut across {
                None => full.through_normal(simd, normal, &[of_queries, of_context], &mut work, (dx, sums)),
                Some((across, slopes)) => {
                    full.through_normal(simd, normal, &[of_queries], &mut work, (dx, sums));
                    let normal = (normal.0, &tape.context);
                    across.through_normal(simd, normal, &[of_context], &mut work, (slopes, sums));
                }
            }
        }

        let [of_queries, of_context] = inputs;
        if let Some(Part { values, first, .. }) = of_queries {
            self.embed_backward(simd, &chunks.queries, dx, self.drops[0], (values, *first));
        }
        if let (Some(Part { values, first, .. }), Some((across, slopes))) = (of_context, across) {
            self.embed_backward(simd, across.chunk, slopes, self.drops[1], (values, *first));
        }
    }
}
