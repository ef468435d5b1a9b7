//! The cross-modal Transformer's forward pass over one chunk.

use super::buffers::carve;
use super::cross_step::{Chunks, CrossStep, gather};
use super::cross_tape::CrossTape;
use pulp::Simd;

impl CrossStep<'_> {
    /// The chunk's answers, to a tensor (.., Tq, d), or (.., d) of the last ones, that begins with the sample `first`.
    pub(super) fn forward<S: Simd>(
        &self,
        simd: S,
        chunks: &Chunks,
        tape: &mut CrossTape<'_>,
        mut scratch: &mut [f32],
        answers: (&mut [f32], usize),
    ) {
        let (model, width, rules) = (self.model, self.model.shape.width, self.rules());
        let full = self.pass(&chunks.queries);
        let [x, y, branch] = [0; 3].map(|_| carve(&mut scratch, width * full.stride()));
        let rows = carve(&mut scratch, width * chunks.queries.columns);
        self.embed(simd, &chunks.queries, self.queries, self.drops[0], x, rows);

        let mut across = None;
        if let (Some(chunk), Some(values), Some(layer)) = (&chunks.context, self.context, model.layers.first()) {
            let pass = self.pass(chunk);
            let [embedded, context] = [0; 2].map(|_| carve(&mut scratch, width * pass.stride()));
            let rows = carve(&mut scratch, width * chunk.columns);
            if model.decodes() {
                self.enter(simd, chunk, values, context);
            } else {
                self.embed(simd, chunk, values, self.drops[1], embedded, rows);
                pass.normalise(simd, &layer.attention.norm, embedded, &mut tape.context, context);
            }
            across = Some((pass, context));
        }

        let (kept, all) = (tape.layers.len(), model.layers.len() - usize::from(tape.last.is_some()));
        let mut layers = model.layers.iter().zip(self.layers.iter().copied());
        for (i, (layer, drops)) in layers.by_ref().take(all).enumerate() {
            if let (Some(own), Some(&drops)) = (model.own.get(i), self.own.get(i)) {
                let (rules, tape_of) = (self.own_rules(), &mut tape.own[i % kept]);
                full.attend_to_itself(simd, (own, drops), rules, x, tape_of, (y, branch, scratch));
            }
            let tape_of = &mut tape.layers[i % kept];
            let attention = (&layer.attention, drops.attention);
            match &mut across {
                None => {
                    full.attend_to_itself(simd, attention, rules, x, &mut tape_of.attention, (y, branch, scratch));
                }
                Some((pass, context)) => {
                    let norm = &layer.attention.norm;
                    full.normalise(simd, norm, x, &mut tape_of.attention.normal, y);
                    if !model.decodes() {
                        norm.of(self.parameters).apply(simd, tape.context.values, context, pass.stride());
                    }
                    let keys = (pass.chunk, &**context);
                    full.attend(simd, attention, rules, x, y, keys, &mut tape_of.attention, (branch, scratch));
                }
            }
            full.feed_forward(simd, (&layer.forward, drops.forward), x, &mut tape_of.forward, (y, branch));
        }

        let (Some(chunk), Some(tape_of), Some((layer, drops))) = (&chunks.last, &mut tape.last, layers.next()) else {
            full.normalise(simd, &model.norm, x, &mut tape.normal, y);
            self.leave(simd, &chunks.queries, y, answers);
            return;
        };
        // All frames are asked in this layer, but only the last ones ask.
        let pass = self.pass(chunk);
        let [last, asking, branch] = [0; 3].map(|_| carve(&mut scratch, width * pass.stride()));
        let norm = &layer.attention.norm;
        gather((&chunks.queries, chunk), width, x, last);
        let (keys, context) = match &mut across {
            None => {
                full.normalise(simd, norm, x, &mut tape_of.attention.normal, y);
                gather((&chunks.queries, chunk), width, y, asking);
                (&chunks.queries, &*y)
            }
            Some((across, context)) => {
                pass.normalise(simd, norm, last, &mut tape_of.attention.normal, asking);
                norm.of(self.parameters).apply(simd, tape.context.values, context, across.stride());
                (across.chunk, &**context)
            }
        };
        let (attention, keys) = ((&layer.attention, drops.attention), (keys, context));
        pass.attend(simd, attention, rules, last, asking, keys, &mut tape_of.attention, (branch, scratch));
        pass.feed_forward(simd, (&layer.forward, drops.forward), last, &mut tape_of.forward, (asking, branch));
        pass.normalise(simd, &model.norm, last, &mut tape.normal, asking);
        self.leave(simd, chunk, asking, answers);
    }
}
