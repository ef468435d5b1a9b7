//! A pre-norm layer's parts, backward, over the columns of one chunk.

use super::attention::Kept;
use super::lanes::{load, padded, store, sum, vectorise};
use super::layer::{AttentionBranch, AttentionDrops, ForwardBranch, ForwardDrops};
use super::layer_forward::{Pass, Rules, attention, query_factor, scale};
use super::places::{LinearPlace, NormPlace};
use super::plan::Chunk;
use super::product::{Block, Left, Product, Start};
use super::tape::{AttentionTape, ForwardTape, Normal};
use super::transpose::Transpose;
use crate::dropout::Drops;
use pulp::{Simd, WithSimd};

/// Blocks to work in: d rows each.
pub(super) struct Work<'a> {
    pub(super) dy: &'a mut [f32],
    pub(super) y: &'a mut [f32],
    pub(super) branch: &'a mut [f32],
    /// Padded rows of d, one for each column of the widest chunk, zero where nothing was put.
    pub(super) flipped: &'a mut [f32],
}

/// The gradients of Q (d rows) and of K, V (2d rows).
pub(super) struct Projected<'a> {
    pub(super) queries: &'a mut [f32],
    pub(super) context: &'a mut [f32],
}

impl Pass<'_> {
    /// From the gradient of the feed-forward part's sum to that of what it started from, both in `dx`. `dinner` is room
    /// for the part's inside.
    pub(super) fn feed_forward_backward<S: Simd>(
        &self,
        simd: S,
        (layer, drops): (&ForwardBranch, ForwardDrops),
        tape: &ForwardTape<'_>,
        dx: &mut [f32],
        (work, dinner): (&mut Work<'_>, &mut [f32]),
        sums: &mut [f32],
    ) {
        let (width, stride) = (self.width, self.stride());
        let dbranch = self.dropped(simd, dx, work.branch, drops.branch);
        self.flip(simd, dbranch, work.flipped);
        outer(simd, tape.inner, stride, work.flipped, (tape.inner.len() / stride, width), self.chunk.columns, {
            &mut sums[layer.narrow.weight.sums.clone()]
        });
        row_sums(simd, dbranch, stride, &mut sums[layer.narrow.bias.sums.clone()]);
        layer.narrow.backward(self.parameters, dbranch, stride).into(simd, Block { values: dinner, stride });
        activate_backward(simd, dinner, tape.inner, drops.inner.map_or(1.0, |drops| drops.kept));
        let linear = [(&*dinner, &layer.widen)];
        self.through_normal(simd, (&layer.norm, &tape.normal), &linear, work, (dx, sums));
    }

    /// From the gradient of the sum of attention to itself to that of what it started from, both in `dx`.
    #[expect(clippy::too_many_arguments, reason = "one line of mathematics")]
    pub(super) fn attend_to_itself_backward<S: Simd>(
        &self,
        simd: S,
        (layer, drops): (&AttentionBranch, AttentionDrops),
        rules: Rules<'_>,
        tape: &AttentionTape<'_>,
        dx: &mut [f32],
        projected: &mut Projected<'_>,
        (work, scratch): (&mut Work<'_>, &mut [f32]),
        sums: &mut [f32],
    ) {
        self.attend_backward(simd, (layer, drops), rules, self.chunk, tape, dx, projected, (work, scratch), sums);
        let linear = [(&*projected.queries, &layer.queries), (&*projected.context, &layer.context)];
        self.through_normal(simd, (&layer.norm, &tape.normal), &linear, work, (dx, sums));
    }

    /// From the gradient of attention's sum to those of the queries and the context in their projections.
    #[expect(clippy::too_many_arguments, reason = "one line of mathematics")]
    pub(super) fn attend_backward<S: Simd>(
        &self,
        simd: S,
        (layer, drops): (&AttentionBranch, AttentionDrops),
        rules: Rules<'_>,
        keys: &Chunk,
        tape: &AttentionTape<'_>,
        dx: &[f32],
        projected: &mut Projected<'_>,
        (work, scratch): (&mut Work<'_>, &mut [f32]),
        sums: &mut [f32],
    ) {
        let (width, stride) = (self.width, self.stride());
        let dbranch = self.dropped(simd, dx, work.branch, drops.branch);
        self.flip(simd, tape.heads, work.flipped);
        outer(simd, dbranch, stride, work.flipped, (width, width), self.chunk.columns, {
            &mut sums[layer.join.weight.sums.clone()]
        });
        row_sums(simd, dbranch, stride, &mut sums[layer.join.bias.sums.clone()]);
        layer.join.backward(self.parameters, dbranch, stride).into(simd, Block { values: work.dy, stride });
        projected.queries.fill(0.0);
        projected.context.fill(0.0);
        let kept =
            Kept { projected: (&*tape.queries, &*tape.context), output: &*tape.heads, statistics: &*tape.statistics };
        for (query, key) in self.chunk.samples.iter().zip(&keys.samples) {
            let sides = rules.sides((self.chunk, query), (keys, key));
            let attention = attention(width, rules.heads, drops.weights, query.index);
            let to = (&mut *projected.queries, &mut *projected.context);
            attention.backward(simd, sides, kept, work.dy, to, scratch);
        }
        scale(simd, projected.queries, query_factor(width, rules.heads));
    }

    /// Adds to `dx` the gradient of x, behind whose normalisation stand linear layers with these gradients of their
    /// outputs.
    pub(super) fn through_normal<S: Simd>(
        &self,
        simd: S,
        (norm, normal): (&NormPlace, &Normal<'_>),
        linear: &[(&[f32], &LinearPlace)],
        work: &mut Work<'_>,
        (dx, sums): (&mut [f32], &mut [f32]),
    ) {
        norm.of(self.parameters).apply(simd, normal.values, work.y, self.stride());
        self.flip(simd, work.y, work.flipped);
        for (i, &linear) in linear.iter().enumerate() {
            let start = if i == 0 { Start::Zero } else { Start::Sum };
            self.linear_backward(simd, linear, work.flipped, start, (work.dy, sums));
        }
        self.normal_backward(simd, norm, work.dy, normal, (dx, sums));
    }

    /// Adds to `dx` the gradient of x, which is in `work.y`, and behind which stands a linear layer with this gradient
    /// of its outputs.
    pub(super) fn through_linear<S: Simd>(
        &self,
        simd: S,
        linear: (&[f32], &LinearPlace),
        work: &mut Work<'_>,
        to: (&mut [f32], &mut [f32]),
    ) {
        self.flip(simd, work.y, work.flipped);
        self.linear_backward(simd, linear, work.flipped, Start::Sum, to);
    }

    /// A linear layer's gradients from that of its outputs: of its parameters, of which x is here flipped, and of x.
    fn linear_backward<S: Simd>(
        &self,
        simd: S,
        (dy, linear): (&[f32], &LinearPlace),
        flipped: &[f32],
        start: Start<'_>,
        (dx, sums): (&mut [f32], &mut [f32]),
    ) {
        let (width, stride) = (self.width, self.stride());
        outer(simd, dy, stride, flipped, (dy.len() / stride, width), self.chunk.columns, {
            &mut sums[linear.weight.sums.clone()]
        });
        row_sums(simd, dy, stride, &mut sums[linear.bias.sums.clone()]);
        let product = linear.backward(self.parameters, dy, stride);
        Product { start, ..product }.into(simd, Block { values: dx, stride });
    }

    /// Adds the gradients of LN's x, gain and bias, given y's.
    pub(super) fn normal_backward<S: Simd>(
        &self,
        simd: S,
        place: &NormPlace,
        dy: &[f32],
        normal: &Normal<'_>,
        (dx, sums): (&mut [f32], &mut [f32]),
    ) {
        let NormPlace { gain, bias } = place;
        let (first, second) = sums.split_at_mut(bias.sums.start);
        let (dgain, dbias) = (&mut first[gain.sums.clone()], &mut second[..bias.sums.len()]);
        place.of(self.parameters).backward(simd, dy, (normal.values, normal.scale), dx, (dgain, dbias));
    }

    /// A block of d rows as padded rows of d, one for each column.
    fn flip<S: Simd>(&self, simd: S, block: &[f32], flipped: &mut [f32]) {
        let (from, to) = ((block, self.stride()), (flipped, padded(self.width)));
        Transpose { from, to, size: (self.width, self.chunk.columns) }.with_simd(simd);
    }

    /// The gradient that reaches a branch through its dropout.
    fn dropped<'a, S: Simd>(&self, simd: S, dx: &'a [f32], branch: &'a mut [f32], drops: Option<Drops>) -> &'a [f32] {
        let (width, stride) = (self.width, self.stride());
        let Some(columns) = self.columns(drops, width) else { return dx };
        let branch = &mut branch[..width * stride];
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
pub(super) fn outer<S: Simd>(
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
pub(super) fn row_sums<S: Simd>(simd: S, values: &[f32], stride: usize, sums: &mut [f32]) {
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
