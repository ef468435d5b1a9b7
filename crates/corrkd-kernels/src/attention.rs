//! Multi-head attention of one sample in feature-major blocks, to its own frames or to those of another block. Lanes are
//! queries; the scores of a vector of queries stand in a scratch buffer, one vector for each key that any of them sees. A
//! head's rows of Q (already divided by the root of the head's width), K and V are copied next to each other first.
//!
//! Kept for the way back: the largest score and one over the sum of each query's exponentials.

use super::attention_head::{Bits, Rows, along_queries, combine, hide, part, products, put};
use super::buffers::carve;
use super::lanes::{exp, load, padded, vectorise};
use crate::dropout::Drops;
use corrkd_random::Stream;
use pulp::Simd;

/// The columns of a block that hold a sample's frames.
#[derive(Clone, Copy)]
pub(super) struct SampleColumns {
    /// From row to row.
    pub(super) stride: usize,
    /// Its first column.
    pub(super) start: usize,
    /// Its frames.
    pub(super) length: usize,
    /// The number of the first of them in the sample.
    pub(super) frame: usize,
}

/// A sample's queries and keys, and which of them meet.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) queries: SampleColumns,
    pub(super) keys: SampleColumns,
    /// What is added to each key's scores: zero, or minus infinity where it is not attended to.
    pub(super) bias: &'a [f32],
    /// The query of frame i sees the keys up to i plus this; all keys, if there is no such limit.
    pub(super) ahead: Option<usize>,
    /// T of the padded batch, of queries and of keys: dropout counts them by it.
    pub(super) times: [usize; 2],
}

impl Sides<'_> {
    /// How many keys the query in column `query` sees.
    #[inline(always)]
    fn seen(&self, query: usize) -> usize {
        let all = self.keys.length;
        self.ahead.map_or(all, |ahead| (self.queries.frame + query + ahead + 1).min(all))
    }

    /// The first query's column that sees the key, or one in front of it.
    #[inline(always)]
    fn first(&self, key: usize) -> usize {
        self.ahead.map_or(0, |ahead| key.saturating_sub(self.queries.frame + ahead))
    }
}

/// Shape and dropout.
#[derive(Clone, Copy)]
pub(super) struct Attention {
    pub(super) width: usize,
    pub(super) heads: usize,
    /// Dropout on the weights, with the sample's stream.
    pub(super) drops: Option<(Drops, Stream)>,
}

/// What forward was given and gave: Q, K and V, the heads' outputs, and statistics.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a> {
    pub(super) projected: (&'a [f32], &'a [f32]),
    pub(super) output: &'a [f32],
    pub(super) statistics: &'a [f32],
}

/// One head of one sample.
struct Head<'a> {
    number: usize,
    q: Rows<'a>,
    k: Rows<'a>,
    v: Rows<'a>,
}

impl Attention {
    const fn head_width(self) -> usize {
        self.width / self.heads
    }

    /// The scratch that a sample with so many queries and keys needs, forward or backward.
    pub(super) fn scratch(self, queries: usize, keys: usize) -> usize {
        2 * self.head_width() * (padded(queries) + padded(keys)) + padded(keys) + 2 * keys * padded(queries)
    }

    /// The first row of a head in a block of d rows, or behind it.
    const fn row(self, head: usize) -> usize {
        head * self.head_width()
    }

    fn head<'a>(
        self,
        sides: Sides<'_>,
        number: usize,
        (queries, context): (&[f32], &[f32]),
        scratch: &mut &'a mut [f32],
    ) -> Head<'a> {
        let (row, count) = (self.row(number), self.head_width());
        Head {
            number,
            q: Rows::copy(sides.queries, queries, (row, count), scratch),
            k: Rows::copy(sides.keys, context, (row, count), scratch),
            v: Rows::copy(sides.keys, context, (self.width + row, count), scratch),
        }
    }

    /// Q (d rows) and K, V (2d rows) to the heads' outputs (d rows) and statistics (2 rows for each head).
    pub(super) fn forward<S: Simd>(
        self,
        simd: S,
        sides: Sides<'_>,
        projected: (&[f32], &[f32]),
        output: &mut [f32],
        statistics: &mut [f32],
        scratch: &mut [f32],
    ) {
        let stride = sides.queries.stride;
        for number in 0..self.heads {
            let mut scratch = &mut *scratch;
            let head = self.head(sides, number, projected, &mut scratch);
            let output = &mut output[self.row(number) * stride..];
            let statistics = &mut statistics[2 * number * stride..];
            vectorise(
                simd,
                #[inline(always)]
                || {
                    let weights = &mut S::as_mut_simd_f32s(scratch).0[..sides.keys.length];
                    for first in (0..sides.queries.length).step_by(S::F32_LANES) {
                        let weights = &mut weights[..sides.seen(first + S::F32_LANES - 1)];
                        self.answer(simd, sides, &head, first, (output, statistics), weights);
                    }
                },
            );
        }
    }

    /// The answers to the vector of queries from `first` on, with room for the keys that any of them sees.
    #[inline(always)]
    fn answer<S: Simd>(
        self,
        simd: S,
        sides: Sides<'_>,
        head: &Head<'_>,
        first: usize,
        (output, statistics): (&mut [f32], &mut [f32]),
        weights: &mut [S::f32s],
    ) {
        let zero = simd.splat_f32s(0.0);
        let all = sides.seen(first);
        let most = self.scores(simd, sides, head, first, weights);
        let mut total = zero;
        match self.drops {
            None => {
                for score in &mut *weights {
                    *score = exp(simd, simd.sub_f32s(*score, most));
                    total = simd.add_f32s(total, *score);
                }
            }
            Some(drops) => {
                let bits = Bits::<S>::new(simd, drops, sides.times, (head.number, sides.queries.frame + first));
                for (pair, scores) in weights.chunks_mut(2).enumerate() {
                    let stays = bits.stay(simd, pair);
                    for (score, stays) in scores.iter_mut().zip(stays) {
                        let weight = exp(simd, simd.sub_f32s(*score, most));
                        total = simd.add_f32s(total, weight);
                        *score = simd.select_f32s(stays, weight, zero);
                    }
                }
            }
        }
        hide(simd, &mut weights[all..], zero);
        let inverse = simd.div_f32s(simd.splat_f32s(1.0), total);
        let kept = self.drops.map_or(1.0, |(drops, _)| drops.kept);
        let factor = simd.mul_f32s(inverse, simd.splat_f32s(kept));
        let at = sides.queries.start + first;
        let count = S::F32_LANES.min(sides.queries.length - first);
        let to = (&mut output[at..], sides.queries.stride, count);
        combine(simd, self.head_width(), head.v, weights, factor, to);
        put(simd, statistics, at, count, most);
        put(simd, statistics, sides.queries.stride + at, count, inverse);
    }

    /// The scores of a vector of queries, minus infinity where one of them must not see a key. Returns the largest.
    #[inline(always)]
    fn scores<S: Simd>(self, simd: S, sides: Sides<'_>, head: &Head<'_>, first: usize, to: &mut [S::f32s]) -> S::f32s {
        let (width, rows) = (self.head_width(), (head.q, head.k));
        let all = sides.seen(first);
        let (open, edge) = to.split_at_mut(all);
        let mut most = products(simd, width, rows, (first, 0), sides.bias, open);
        if !edge.is_empty() {
            products(simd, width, rows, (first, all), sides.bias, edge);
            hide(simd, edge, simd.splat_f32s(f32::NEG_INFINITY));
            for &score in &*edge {
                most = simd.max_f32s(score, most);
            }
        }
        most
    }

    /// The gradients of Q (d rows) and of K, V (2d rows) from those of the outputs (d rows).
    pub(super) fn backward<S: Simd>(
        self,
        simd: S,
        sides: Sides<'_>,
        kept: Kept<'_>,
        doutput: &[f32],
        (dqueries, dcontext): (&mut [f32], &mut [f32]),
        scratch: &mut [f32],
    ) {
        let (queries, keys) = (sides.queries, sides.keys);
        let width = self.head_width();
        for number in 0..self.heads {
            let mut scratch = &mut *scratch;
            let head = self.head(sides, number, kept.projected, &mut scratch);
            let slope = Rows::copy(queries, doutput, (self.row(number), width), &mut scratch);
            let nothing = carve(&mut scratch, padded(keys.length));
            nothing.fill(0.0);
            let output = &kept.output[self.row(number) * queries.stride..];
            let statistics = &kept.statistics[2 * number * queries.stride..];
            let first_row = self.row(number) * queries.stride + queries.start;
            let [second_row, third_row] =
                [0, self.width].map(|part| (part + self.row(number)) * keys.stride + keys.start);
            vectorise(
                simd,
                #[inline(always)]
                || {
                    // [block of queries][key]: the slopes of the scores, and the weights after dropout.
                    let all = queries.length.div_ceil(S::F32_LANES) * keys.length;
                    let (dscores, rest) = S::as_mut_simd_f32s(scratch).0.split_at_mut(all);
                    let weights = &mut rest[..all];
                    let blocks = dscores.chunks_exact_mut(keys.length).zip(weights.chunks_exact_mut(keys.length));
                    for (block, (dscores, weights)) in blocks.enumerate() {
                        let first = block * S::F32_LANES;
                        let count = S::F32_LANES.min(queries.length - first);
                        let most = part(simd, statistics, queries.start + first, count);
                        let inverse = part(simd, statistics, queries.stride + queries.start + first, count);
                        let mut mean = simd.splat_f32s(0.0);
                        // The sum over keys of weight times slope is the output times its gradient.
                        for c in 0..width {
                            let answer = part(simd, output, c * queries.stride + queries.start + first, count);
                            let slope = load::<S>(slope.values, c * slope.stride + first);
                            mean = simd.mul_add_f32s(slope, answer, mean);
                        }
                        let seen = sides.seen(first + S::F32_LANES - 1);
                        // What is taken four at a time may reach beyond what is seen.
                        let reach = seen.next_multiple_of(4).min(keys.length);
                        dscores[seen..reach].fill(simd.splat_f32s(0.0));
                        weights[seen..reach].fill(simd.splat_f32s(0.0));
                        let (dscores, weights) = (&mut dscores[..seen], &mut weights[..seen]);
                        products(simd, width, (head.q, head.k), (first, 0), sides.bias, dscores);
                        products(simd, width, (slope, head.v), (first, 0), nothing, weights);
                        self.slopes(simd, sides, (number, first), [most, inverse, mean], (dscores, weights));
                        let to = (&mut dqueries[first_row + first..], queries.stride, count);
                        combine(simd, width, head.k, dscores, simd.splat_f32s(1.0), to);
                    }
                    let first = |key| sides.first(key) / S::F32_LANES;
                    let to = (&mut dcontext[second_row..], keys.stride);
                    along_queries(simd, width, (dscores, keys.length), head.q, first, to);
                    let to = (&mut dcontext[third_row..], keys.stride);
                    along_queries(simd, width, (weights, keys.length), slope, first, to);
                },
            );
        }
    }

    /// From scores to their slopes, and from the weights' slopes to the weights after dropout.
    #[inline(always)]
    fn slopes<S: Simd>(
        self,
        simd: S,
        sides: Sides<'_>,
        (number, first): (usize, usize),
        [most, inverse, mean]: [S::f32s; 3],
        (dscores, weights): (&mut [S::f32s], &mut [S::f32s]),
    ) {
        let zero = simd.splat_f32s(0.0);
        match self.drops {
            None => {
                for (score, slope) in dscores.iter_mut().zip(&mut *weights) {
                    let weight = simd.mul_f32s(exp(simd, simd.sub_f32s(*score, most)), inverse);
                    *score = simd.mul_f32s(simd.sub_f32s(*slope, mean), weight);
                    *slope = weight;
                }
            }
            Some(drops) => {
                let bits = Bits::<S>::new(simd, drops, sides.times, (number, sides.queries.frame + first));
                let kept = simd.splat_f32s(drops.0.kept);
                for (pair, (scores, slopes)) in dscores.chunks_mut(2).zip(weights.chunks_mut(2)).enumerate() {
                    let stays = bits.stay(simd, pair);
                    for ((score, slope), stays) in scores.iter_mut().zip(slopes).zip(stays) {
                        let weight = simd.mul_f32s(exp(simd, simd.sub_f32s(*score, most)), inverse);
                        let factor = simd.select_f32s(stays, kept, zero);
                        *score = simd.mul_f32s(simd.sub_f32s(simd.mul_f32s(*slope, factor), mean), weight);
                        *slope = simd.mul_f32s(weight, factor);
                    }
                }
            }
        }
        let all = sides.seen(first);
        hide(simd, &mut dscores[all..], zero);
        hide(simd, &mut weights[all..], zero);
    }
}

#[cfg(test)]
mod tests;
