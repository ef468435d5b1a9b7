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
        let context = carve(&mut scratch, 2 * width * widest);
        // K and V of the queries' own frames, and of all keys'.
        let (own_maps, maps) = (2 * width * full.stride(), 2 * width * keys.stride());
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
            let pass = self.pass(chunk);
            let (attention, forward) = ((&layer.attention, drops.attention), (&layer.forward, drops.forward));
            let [last, asking] = [0; 2].map(|_| carve(&mut scratch, width * pass.stride()));
            let dinner = &mut dinner[..model.shape.feed_forward * pass.stride()];
            self.enter(simd, chunk, slopes, &mut work.dy[..width * pass.stride()]);
            last.fill(0.0);
            pass.normal_backward(simd, &model.norm, work.dy, &tape.normal, (last, sums));
            pass.feed_forward_backward(simd, forward, &tape_of.forward, last, (&mut work, dinner), sums);
            let (tape_of, context) = (&tape_of.attention, &mut context[..maps]);
            let mut projected = Projected { queries: asking, context: &mut *context };
            pass.attend_backward(
                simd,
                attention,
                rules,
                keys,
                tape_of,
                last,
                &mut projected,
                (&mut work, scratch),
                sums,
            );
            let layer = attention.0;
            let normal = (&layer.norm, &tape_of.normal);
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

        let mut own = model.own.iter().zip(&self.own).zip(&tape.own).rev();
        for ((layer, drops), tape_of) in layers.zip(tape.layers.iter().rev()) {
            let forward = (&layer.forward, drops.forward);
            full.feed_forward_backward(simd, forward, &tape_of.forward, dx, (&mut work, dinner), sums);
            let (attention, tape_of) = ((&layer.attention, drops.attention), &tape_of.attention);
            let mut projected = Projected { queries: &mut *queries, context: &mut context[..maps] };
            let work_in = (&mut work, &mut *scratch);
            match &mut across {
                None => {
                    full.attend_to_itself_backward(simd, attention, rules, tape_of, dx, &mut projected, work_in, sums);
                }
                Some((across, slopes)) => {
                    full.attend_backward(simd, attention, rules, keys, tape_of, dx, &mut projected, work_in, sums);
                    let (layer, Projected { queries, context }) = (attention.0, projected);
                    let (of_queries, of_context) = ((&*queries, &layer.queries), (&*context, &layer.context));
                    full.through_normal(simd, (&layer.norm, &tape_of.normal), &[of_queries], &mut work, (dx, sums));
                    match self.context.filter(|_| model.decodes()) {
                        None => {
                            let normal = (&layer.norm, &tape.context);
                            across.through_normal(simd, normal, &[of_context], &mut work, (slopes, sums));
                        }
                        Some(values) => {
                            self.enter(simd, across.chunk, values, &mut work.y[..width * across.stride()]);
                            across.through_linear(simd, of_context, &mut work, (slopes, sums));
                        }
                    }
                }
            }
            if let Some(((branch, &drops), tape_of)) = own.next() {
                let mut projected = Projected { queries: &mut *queries, context: &mut context[..own_maps] };
                let (both, work_in) = ((branch, drops), (&mut work, &mut *scratch));
                let rules = self.own_rules();
                full.attend_to_itself_backward(simd, both, rules, tape_of, dx, &mut projected, work_in, sums);
            }
        }

        let [of_queries, of_context] = inputs;
        if let Some(Part { values, first, .. }) = of_queries {
            self.embed_backward(simd, &chunks.queries, dx, self.drops[0], (values, *first));
        }
        if let (Some(Part { values, first, .. }), Some((across, slopes))) = (of_context, across) {
            match model.decodes() {
                true => self.leave(simd, across.chunk, slopes, (values, *first)),
                false => self.embed_backward(simd, across.chunk, slopes, self.drops[1], (values, *first)),
            }
        }
    }
}
