//! Multi-head attention of one sample in feature-major blocks. Lanes are queries; the scores of a vector of queries stand
//! in a scratch buffer, one vector for each key. A head's rows of Q (already divided by the root of the head's width), K
//! and V are copied next to each other first, in fours, so that nothing in the loops depends on the head's width.
//!
//! Kept for the way back: the largest score and one over the sum of each query's exponentials.

use super::buffers::carve;
use super::drops::{stay, words};
use super::lanes::{COUNT, WIDEST, exp, four_sums, load, padded, store, vectorise};
use crate::dropout::Drops;
use corrkd_random::Stream;
use pulp::Simd;
use std::iter::repeat;

/// The columns of a block that hold a sample's frames, and what its keys are weighed by.
#[derive(Clone, Copy)]
pub(super) struct SampleColumns<'a> {
    /// From row to row.
    pub(super) stride: usize,
    /// Its first column.
    pub(super) start: usize,
    /// Its frames: queries and keys.
    pub(super) length: usize,
    /// What is added to each key's scores: zero, or minus infinity where it is not attended to.
    pub(super) bias: &'a [f32],
    /// T of the padded batch: dropout counts keys and queries by it.
    pub(super) time: usize,
}

/// Shape and dropout.
#[derive(Clone, Copy)]
pub(super) struct Attention {
    pub(super) width: usize,
    pub(super) heads: usize,
    /// Dropout on the weights, with the sample's stream.
    pub(super) drops: Option<(Drops, Stream)>,
}

/// One head of one sample: `rows` rows, a multiple of four, of `stride` frames each, zero behind the sample's end and
/// behind the head's width.
struct Head<'a> {
    rows: usize,
    stride: usize,
    q: &'a [f32],
    k: &'a [f32],
    v: &'a [f32],
}

impl Attention {
    const fn head_width(self) -> usize {
        self.width / self.heads
    }

    /// The scratch that a sample of `length` frames needs, forward or backward.
    pub(super) fn scratch(self, length: usize) -> usize {
        (4 * self.head_width().next_multiple_of(4) + 2 * length + 1) * padded(length)
    }

    /// The first row of a head in Q's part of a block, or behind it.
    const fn row(self, head: usize) -> usize {
        head * self.head_width()
    }

    /// Copies a head's rows of `block`, from `row` on, next to each other.
    fn copy(self, columns: SampleColumns<'_>, block: &[f32], row: usize, to: &mut [f32]) {
        let stride = padded(columns.length);
        for (c, to) in to.chunks_exact_mut(stride).enumerate() {
            let from = match c < self.head_width() {
                true => &block[(row + c) * columns.stride + columns.start..][..columns.length],
                false => &[],
            };
            // In pieces of a fixed size: for a few dozen numbers, calling a copy costs more than the copy.
            let (from, last) = from.as_chunks::<WIDEST>();
            let mut rest = [0.0; WIDEST];
            for (to, from) in rest.iter_mut().zip(last) {
                *to = *from;
            }
            let from = from.iter().chain([&rest]).chain(repeat(&[0.0; WIDEST]));
            for (to, from) in to.as_chunks_mut::<WIDEST>().0.iter_mut().zip(from) {
                *to = *from;
            }
        }
    }

    fn head<'a>(self, columns: SampleColumns<'_>, head: usize, qkv: &[f32], scratch: &mut &'a mut [f32]) -> Head<'a> {
        let (rows, stride) = (self.head_width().next_multiple_of(4), padded(columns.length));
        let [q, k, v] = [0, 1, 2].map(|part| {
            let to = carve(scratch, rows * stride);
            self.copy(columns, qkv, part * self.width + self.row(head), to);
            &*to
        });
        Head { rows, stride, q, k, v }
    }

    /// Q, K, V (3d rows) to the heads' outputs (d rows) and statistics (2 rows for each head).
    pub(super) fn forward<S: Simd>(
        self,
        simd: S,
        columns: SampleColumns<'_>,
        qkv: &[f32],
        output: &mut [f32],
        statistics: &mut [f32],
        scratch: &mut [f32],
    ) {
        for number in 0..self.heads {
            let mut scratch = &mut *scratch;
            let head = self.head(columns, number, qkv, &mut scratch);
            let output = &mut output[self.row(number) * columns.stride..];
            let statistics = &mut statistics[2 * number * columns.stride..];
            vectorise(
                simd,
                #[inline(always)]
                || {
                    let weights = &mut S::as_mut_simd_f32s(scratch).0[..columns.length];
                    for first in (0..columns.length).step_by(S::F32_LANES) {
                        self.answer(simd, columns, &head, (number, first), (output, statistics), weights);
                    }
                },
            );
        }
    }

    /// The answers to the vector of queries from `first` on.
    #[inline(always)]
    fn answer<S: Simd>(
        self,
        simd: S,
        columns: SampleColumns<'_>,
        head: &Head<'_>,
        (number, first): (usize, usize),
        (output, statistics): (&mut [f32], &mut [f32]),
        weights: &mut [S::f32s],
    ) {
        let most = products(simd, head, (head.q, head.k), first, columns.bias, weights);
        let zero = simd.splat_f32s(0.0);
        let mut total = zero;
        match self.drops {
            None => {
                for score in &mut *weights {
                    *score = exp(simd, simd.sub_f32s(*score, most));
                    total = simd.add_f32s(total, *score);
                }
            }
            Some(drops) => {
                let bits = Bits::<S>::new(simd, drops, columns.time, (number, first));
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
        let inverse = simd.div_f32s(simd.splat_f32s(1.0), total);
        let kept = self.drops.map_or(1.0, |(drops, _)| drops.kept);
        let factor = simd.mul_f32s(inverse, simd.splat_f32s(kept));
        let at = columns.start + first;
        let count = S::F32_LANES.min(columns.length - first);
        self.combine(simd, head, head.v, weights, factor, (&mut output[at..], columns.stride, count));
        put(simd, statistics, at, count, most);
        put(simd, statistics, columns.stride + at, count, inverse);
    }

    /// The head's rows of `to` become `factor` times the sums over keys of weight times value.
    #[inline(always)]
    fn combine<S: Simd>(
        self,
        simd: S,
        head: &Head<'_>,
        values: &[f32],
        weights: &[S::f32s],
        factor: S::f32s,
        (to, stride, count): (&mut [f32], usize, usize),
    ) {
        let (pairs, last) = weights.as_chunks::<2>();
        for c in (0..head.rows).step_by(4) {
            let rows = quad(values, c, head.stride);
            let values: [&[[f32; 2]]; 4] = rows.map(|row| &row.as_chunks::<2>().0[..pairs.len()]);
            // Two sums each, so that one need not wait for the other.
            let (mut even, mut odd) = ([simd.splat_f32s(0.0); 4], [simd.splat_f32s(0.0); 4]);
            for (pair, weights) in pairs.iter().enumerate() {
                for i in 0..4 {
                    let [first, second] = values[i][pair];
                    even[i] = simd.mul_add_f32s(simd.splat_f32s(first), weights[0], even[i]);
                    odd[i] = simd.mul_add_f32s(simd.splat_f32s(second), weights[1], odd[i]);
                }
            }
            for &weight in last {
                for i in 0..4 {
                    even[i] = simd.mul_add_f32s(simd.splat_f32s(rows[i][2 * pairs.len()]), weight, even[i]);
                }
            }
            for i in 0..4 {
                if c + i < self.head_width() {
                    let sum = simd.mul_f32s(simd.add_f32s(even[i], odd[i]), factor);
                    put(simd, to, (c + i) * stride, count, sum);
                }
            }
        }
    }

    /// The gradients of Q, K, V (3d rows) from those of the outputs (d rows).
    pub(super) fn backward<S: Simd>(
        self,
        simd: S,
        columns: SampleColumns<'_>,
        (qkv, output, statistics): (&[f32], &[f32], &[f32]),
        doutput: &[f32],
        dqkv: &mut [f32],
        scratch: &mut [f32],
    ) {
        for number in 0..self.heads {
            let mut scratch = &mut *scratch;
            let head = self.head(columns, number, qkv, &mut scratch);
            let slope = carve(&mut scratch, head.rows * head.stride);
            self.copy(columns, doutput, self.row(number), slope);
            let nothing = carve(&mut scratch, head.stride);
            nothing.fill(0.0);
            let output = &output[self.row(number) * columns.stride..];
            let statistics = &statistics[2 * number * columns.stride..];
            let [first, second, third] =
                [0, 1, 2].map(|part| (part * self.width + self.row(number)) * columns.stride + columns.start);
            vectorise(
                simd,
                #[inline(always)]
                || {
                    // [block of queries][key]: the slopes of the scores, and the weights after dropout.
                    let all = columns.length.div_ceil(S::F32_LANES) * columns.length;
                    let (dscores, rest) = S::as_mut_simd_f32s(scratch).0.split_at_mut(all);
                    let weights = &mut rest[..all];
                    let blocks = dscores.chunks_exact_mut(columns.length).zip(weights.chunks_exact_mut(columns.length));
                    for (block, (dscores, weights)) in blocks.enumerate() {
                        let queries = block * S::F32_LANES;
                        let count = S::F32_LANES.min(columns.length - queries);
                        let most = part(simd, statistics, columns.start + queries, count);
                        let inverse = part(simd, statistics, columns.stride + columns.start + queries, count);
                        let mut mean = simd.splat_f32s(0.0);
                        // The sum over keys of weight times slope is the output times its gradient.
                        for c in 0..self.head_width() {
                            let answer = part(simd, output, c * columns.stride + columns.start + queries, count);
                            let slope = load::<S>(slope, c * head.stride + queries);
                            mean = simd.mul_add_f32s(slope, answer, mean);
                        }
                        products(simd, &head, (head.q, head.k), queries, columns.bias, dscores);
                        products(simd, &head, (slope, head.v), queries, nothing, weights);
                        self.slopes(simd, columns, (number, queries), [most, inverse, mean], (dscores, weights));
                        let to = (&mut dqkv[first + queries..], columns.stride, count);
                        self.combine(simd, &head, head.k, dscores, simd.splat_f32s(1.0), to);
                    }
                    self.along_queries(simd, &head, columns, dscores, head.q, &mut dqkv[second..]);
                    self.along_queries(simd, &head, columns, weights, slope, &mut dqkv[third..]);
                },
            );
        }
    }

    /// From scores to their slopes, and from the weights' slopes to the weights after dropout.
    #[inline(always)]
    fn slopes<S: Simd>(
        self,
        simd: S,
        columns: SampleColumns<'_>,
        (number, first): (usize, usize),
        [most, inverse, mean]: [S::f32s; 3],
        (dscores, weights): (&mut [S::f32s], &mut [S::f32s]),
    ) {
        match self.drops {
            None => {
                for (score, slope) in dscores.iter_mut().zip(weights) {
                    let weight = simd.mul_f32s(exp(simd, simd.sub_f32s(*score, most)), inverse);
                    *score = simd.mul_f32s(simd.sub_f32s(*slope, mean), weight);
                    *slope = weight;
                }
            }
            Some(drops) => {
                let bits = Bits::<S>::new(simd, drops, columns.time, (number, first));
                let (kept, zero) = (simd.splat_f32s(drops.0.kept), simd.splat_f32s(0.0));
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
    }

    /// A key's gradients: the sums over queries of `by` [block of queries][key] times a head's rows.
    #[inline(always)]
    fn along_queries<S: Simd>(
        self,
        simd: S,
        head: &Head<'_>,
        columns: SampleColumns<'_>,
        by: &[S::f32s],
        rows: &[f32],
        to: &mut [f32],
    ) {
        let blocks = by.len() / columns.length;
        for c in (0..head.rows).step_by(4) {
            let rows: [&[S::f32s]; 4] = quad(rows, c, head.stride).map(|row| &S::as_simd_f32s(row).0[..blocks]);
            for key in 0..columns.length {
                let mut sums = [simd.splat_f32s(0.0); 4];
                for block in 0..blocks {
                    let by = by[block * columns.length + key];
                    for i in 0..4 {
                        sums[i] = simd.mul_add_f32s(by, rows[i][block], sums[i]);
                    }
                }
                for (i, sum) in four_sums(simd, sums).into_iter().enumerate() {
                    if c + i < self.head_width() {
                        to[(c + i) * columns.stride + key] = sum;
                    }
                }
            }
        }
    }
}

/// For each key, `bias` plus the sum over a head's rows of the key's number times the queries' vector from `first` on.
/// Returns the largest.
#[inline(always)]
fn products<S: Simd>(
    simd: S,
    head: &Head<'_>,
    (queries, keys): (&[f32], &[f32]),
    first: usize,
    bias: &[f32],
    to: &mut [S::f32s],
) -> S::f32s {
    let count = to.len();
    let bias = &bias[..count];
    let mut most = simd.splat_f32s(f32::NEG_INFINITY);
    for c in (0..head.rows).step_by(4) {
        most = simd.splat_f32s(f32::NEG_INFINITY);
        let keys: [&[f32]; 4] = quad(keys, c, head.stride).map(|row| &row[..count]);
        let mut q = [simd.splat_f32s(0.0); 4];
        for i in 0..4 {
            q[i] = load::<S>(queries, (c + i) * head.stride + first);
        }
        for (key, to) in to.iter_mut().enumerate() {
            let mut sum = if c == 0 { simd.splat_f32s(bias[key]) } else { *to };
            for i in 0..4 {
                sum = simd.mul_add_f32s(simd.splat_f32s(keys[i][key]), q[i], sum);
            }
            most = simd.max_f32s(sum, most);
            *to = sum;
        }
    }
    most
}

/// Four rows from `row` on.
#[inline(always)]
fn quad(values: &[f32], row: usize, stride: usize) -> [&[f32]; 4] {
    let values = &values[row * stride..(row + 4) * stride];
    [&values[..stride], &values[stride..2 * stride], &values[2 * stride..3 * stride], &values[3 * stride..]]
}

/// The vector at `at`, of which `count` lanes exist; the others are zero.
#[inline(always)]
fn part<S: Simd>(simd: S, values: &[f32], at: usize, count: usize) -> S::f32s {
    if count == S::F32_LANES { load::<S>(values, at) } else { simd.partial_load_f32s(&values[at..at + count]) }
}

/// Puts the `count` lanes that exist.
#[inline(always)]
fn put<S: Simd>(simd: S, values: &mut [f32], at: usize, count: usize, vector: S::f32s) {
    if count == S::F32_LANES {
        store::<S>(values, at, vector);
    } else {
        simd.partial_store_f32s(&mut values[at..at + count], vector);
    }
}

/// Dropout's choice for a vector of queries; two neighbouring keys share their words.
struct Bits<S: Simd> {
    threshold: u32,
    starts: S::u32s,
    high: S::u32s,
}

impl<S: Simd> Bits<S> {
    #[inline(always)]
    fn new(simd: S, (drops, stream): (Drops, Stream), time: usize, (head, first): (usize, usize)) -> Self {
        let [low, high] = stream.words();
        // A row of the site is a head's query, and holds the keys.
        let pairs = time.div_ceil(2) as u32;
        let row = (head * time + first) as u32;
        let count = simd.mul_u32s(S::as_simd_u32s(&COUNT[..S::F32_LANES]).0[0], simd.splat_u32s(pairs));
        let starts = simd.add_u32s(count, simd.splat_u32s(low.wrapping_add(row * pairs)));
        Self { threshold: drops.threshold, starts, high: simd.splat_u32s(high) }
    }

    #[inline(always)]
    fn stay(&self, simd: S, pair: usize) -> [S::m32s; 2] {
        let words = words(simd, simd.add_u32s(self.starts, simd.splat_u32s(pair as u32)), self.high);
        stay(simd, words, self.threshold)
    }
}
