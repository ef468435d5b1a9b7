//! Multi-head attention of one sample in feature-major blocks: lanes are queries. A head's rows of Q (already divided by
//! the root of the head's width), K and V are its width apart; scores of all keys for a vector of queries stand in a
//! scratch buffer, one vector for each key.
//!
//! Kept for the way back: the largest score and one over the sum of each query's exponentials.

use super::lanes::{COUNT, exp, load, stay, store, vectorise, words};
use crate::dropout::Drops;
use corrkd_random::Stream;
use pulp::Simd;

/// A sample's place in a block, and its keys.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// From row to row.
    pub(super) stride: usize,
    /// Its first column.
    pub(super) start: usize,
    /// Its frames: the queries.
    pub(super) length: usize,
    /// The frames attended to, ascending.
    pub(super) keys: &'a [usize],
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

/// The queries of one vector: their first, and how many of the lanes exist.
#[derive(Clone, Copy)]
struct Queries {
    first: usize,
    count: usize,
}

impl Attention {
    /// Q, K, V (3d rows) to the heads' outputs (d rows) and statistics (2 rows for each head).
    pub(super) fn forward<S: Simd>(
        self,
        simd: S,
        place: Place<'_>,
        qkv: &[f32],
        output: &mut [f32],
        statistics: &mut [f32],
        scratch: &mut [f32],
    ) {
        for head in 0..self.heads {
            for first in (0..place.length).step_by(S::F32_LANES) {
                let queries = Queries { first, count: S::F32_LANES.min(place.length - first) };
                vectorise(
                    simd,
                    #[inline(always)]
                    || self.answer(simd, place, head, queries, qkv, (&mut *output, &mut *statistics), &mut *scratch),
                );
            }
        }
    }

    #[inline(always)]
    fn answer<S: Simd>(
        self,
        simd: S,
        place: Place<'_>,
        head: usize,
        queries: Queries,
        qkv: &[f32],
        (output, statistics): (&mut [f32], &mut [f32]),
        scratch: &mut [f32],
    ) {
        let Place { stride, keys, .. } = place;
        let lanes = S::F32_LANES;
        let width = self.width / self.heads;
        let column = place.start + queries.first;
        let row = |part: usize, c: usize| (part * self.width + head * width + c) * stride;
        let scratch = &mut scratch[..keys.len() * lanes];

        let mut most = simd.splat_f32s(f32::NEG_INFINITY);
        for c in (0..width).step_by(4) {
            let q = four(simd, qkv, (row(0, c) + column, stride), queries.count, width - c);
            let k: [&[f32]; 4] = std::array::from_fn(|i| frames(qkv, row(1, (c + i).min(width - 1)), place));
            for (scores, &key) in scratch.chunks_exact_mut(lanes).zip(keys) {
                let mut score = if c == 0 { simd.splat_f32s(0.0) } else { load::<S>(scores, 0) };
                for i in 0..4 {
                    score = simd.mul_add_f32s(simd.splat_f32s(k[i][key]), q[i], score);
                }
                store::<S>(scores, 0, score);
            }
        }
        for scores in scratch.chunks_exact(lanes) {
            most = simd.max_f32s(load::<S>(scores, 0), most);
        }

        let mut total = simd.splat_f32s(0.0);
        let mut bits = Bits::new(simd, self.drops, place, head, queries);
        for (scores, &key) in scratch.chunks_exact_mut(lanes).zip(keys) {
            let mut weight = exp(simd, simd.sub_f32s(load::<S>(scores, 0), most));
            total = simd.add_f32s(total, weight);
            if let Some(bits) = &mut bits {
                weight = simd.select_f32s(bits.stay(simd, key), weight, simd.splat_f32s(0.0));
            }
            store::<S>(scores, 0, weight);
        }
        let inverse = simd.div_f32s(simd.splat_f32s(1.0), total);
        let kept = self.drops.map_or(1.0, |(drops, _)| drops.kept);
        let factor = simd.mul_f32s(inverse, simd.splat_f32s(kept));

        for c in (0..width).step_by(4) {
            let v: [&[f32]; 4] = std::array::from_fn(|i| frames(qkv, row(2, (c + i).min(width - 1)), place));
            let mut sums = [simd.splat_f32s(0.0); 4];
            for (weights, &key) in scratch.chunks_exact(lanes).zip(keys) {
                let weight = load::<S>(weights, 0);
                for i in 0..4 {
                    sums[i] = simd.mul_add_f32s(simd.splat_f32s(v[i][key]), weight, sums[i]);
                }
            }
            for (i, sum) in sums.into_iter().enumerate().take(width - c) {
                put(simd, output, row(0, c + i) + column, queries.count, simd.mul_f32s(sum, factor));
            }
        }
        put(simd, statistics, 2 * head * stride + column, queries.count, most);
        put(simd, statistics, (2 * head + 1) * stride + column, queries.count, inverse);
    }

    /// The gradients of Q, K, V (3d rows) from those of the outputs. `scratch` holds two vectors for each key and 8 more
    /// for each key's sums.
    pub(super) fn backward<S: Simd>(
        self,
        simd: S,
        place: Place<'_>,
        (qkv, output, statistics): (&[f32], &[f32], &[f32]),
        doutput: &[f32],
        dqkv: &mut [f32],
        scratch: &mut [f32],
    ) {
        for head in 0..self.heads {
            vectorise(
                simd,
                #[inline(always)]
                || self.head_backward(simd, place, head, (qkv, output, statistics), doutput, &mut *dqkv, &mut *scratch),
            );
        }
    }

    #[inline(always)]
    fn head_backward<S: Simd>(
        self,
        simd: S,
        place: Place<'_>,
        head: usize,
        (qkv, output, statistics): (&[f32], &[f32], &[f32]),
        doutput: &[f32],
        dqkv: &mut [f32],
        scratch: &mut [f32],
    ) {
        let Place { stride, keys, length, .. } = place;
        let lanes = S::F32_LANES;
        let width = self.width / self.heads;
        let row = |part: usize, c: usize| (part * self.width + head * width + c) * stride;
        let kept = simd.splat_f32s(self.drops.map_or(1.0, |(drops, _)| drops.kept));
        let zero = simd.splat_f32s(0.0);
        let blocks = length.div_ceil(lanes);
        // [key][block of queries][lane]: the slopes of the scores, and the weights after dropout.
        let (slopes, weights) = scratch[..2 * keys.len() * blocks * lanes].split_at_mut(keys.len() * blocks * lanes);

        for block in 0..blocks {
            let queries = Queries { first: block * lanes, count: lanes.min(length - block * lanes) };
            let column = place.start + queries.first;
            let at = |i: usize| (i * blocks + block) * lanes;
            let most = part(simd, statistics, 2 * head * stride + column, queries.count);
            let inverse = part(simd, statistics, (2 * head + 1) * stride + column, queries.count);
            // The sum over keys of weight times slope is the output times its gradient.
            let mut mean = zero;
            for c in 0..width {
                let at = row(0, c) + column;
                let dout = part(simd, doutput, at, queries.count);
                mean = simd.mul_add_f32s(dout, part(simd, output, at, queries.count), mean);
            }
            for c in (0..width).step_by(4) {
                let q = four(simd, qkv, (row(0, c) + column, stride), queries.count, width - c);
                let dout = four(simd, doutput, (row(0, c) + column, stride), queries.count, width - c);
                let k: [&[f32]; 4] = std::array::from_fn(|i| frames(qkv, row(1, (c + i).min(width - 1)), place));
                let v: [&[f32]; 4] = std::array::from_fn(|i| frames(qkv, row(2, (c + i).min(width - 1)), place));
                for (i, &key) in keys.iter().enumerate() {
                    let (mut score, mut dweight) =
                        if c == 0 { (zero, zero) } else { (load::<S>(slopes, at(i)), load::<S>(weights, at(i))) };
                    for n in 0..4 {
                        score = simd.mul_add_f32s(simd.splat_f32s(k[n][key]), q[n], score);
                        dweight = simd.mul_add_f32s(simd.splat_f32s(v[n][key]), dout[n], dweight);
                    }
                    store::<S>(slopes, at(i), score);
                    store::<S>(weights, at(i), dweight);
                }
            }
            let exists = simd.select_f32s(
                simd.less_than_u32s(S::as_simd_u32s(&COUNT[..lanes]).0[0], simd.splat_u32s(queries.count as u32)),
                inverse,
                zero,
            );
            let mut bits = Bits::new(simd, self.drops, place, head, queries);
            for (i, &key) in keys.iter().enumerate() {
                let weight = simd.mul_f32s(exp(simd, simd.sub_f32s(load::<S>(slopes, at(i)), most)), exists);
                let factor = match &mut bits {
                    Some(bits) => simd.select_f32s(bits.stay(simd, key), kept, zero),
                    None => kept,
                };
                let slope = simd.sub_f32s(simd.mul_f32s(load::<S>(weights, at(i)), factor), mean);
                store::<S>(slopes, at(i), simd.mul_f32s(slope, weight));
                store::<S>(weights, at(i), simd.mul_f32s(weight, factor));
            }
            for c in (0..width).step_by(4) {
                let k: [&[f32]; 4] = std::array::from_fn(|i| frames(qkv, row(1, (c + i).min(width - 1)), place));
                let mut sums = [zero; 4];
                for (i, &key) in keys.iter().enumerate() {
                    let slope = load::<S>(slopes, at(i));
                    for n in 0..4 {
                        sums[n] = simd.mul_add_f32s(simd.splat_f32s(k[n][key]), slope, sums[n]);
                    }
                }
                for (n, sum) in sums.into_iter().enumerate().take(width - c) {
                    put(simd, dqkv, row(0, c + n) + column, queries.count, sum);
                }
            }
        }

        // Each key's gradients: sums along lanes, of four rows together.
        for c in (0..width).step_by(4) {
            for (part_of, by) in [(1, &*slopes), (2, &*weights)] {
                let other = if part_of == 1 { qkv } else { doutput };
                for (i, &key) in keys.iter().enumerate() {
                    let mut sums = [zero; 4];
                    for block in 0..blocks {
                        let factor = load::<S>(by, (i * blocks + block) * lanes);
                        let column = place.start + block * lanes;
                        let count = lanes.min(length - block * lanes);
                        for n in 0..4.min(width - c) {
                            let x = part(simd, other, row(0, c + n) + column, count);
                            sums[n] = simd.mul_add_f32s(factor, x, sums[n]);
                        }
                    }
                    for n in 0..4.min(width - c) {
                        dqkv[row(part_of, c + n) + place.start + key] = simd.reduce_sum_f32s(sums[n]);
                    }
                }
            }
        }
    }
}

/// A sample's frames in the row that starts at `row`.
#[inline(always)]
fn frames<'a>(values: &'a [f32], row: usize, place: Place<'_>) -> &'a [f32] {
    &values[row + place.start..][..place.length]
}

/// The vector at `at`, of which `count` lanes exist; the others are zero.
#[inline(always)]
fn part<S: Simd>(simd: S, values: &[f32], at: usize, count: usize) -> S::f32s {
    if count == S::F32_LANES { load::<S>(values, at) } else { simd.partial_load_f32s(&values[at..at + count]) }
}

/// The vectors of up to four rows from `at`; those behind the `rows`th are zero.
#[inline(always)]
fn four<S: Simd>(simd: S, values: &[f32], (at, stride): (usize, usize), count: usize, rows: usize) -> [S::f32s; 4] {
    let mut all = [simd.splat_f32s(0.0); 4];
    for (i, vector) in all.iter_mut().enumerate().take(rows) {
        *vector = part(simd, values, at + i * stride, count);
    }
    all
}

/// Puts the `count` lanes that exist.
#[inline(always)]
fn put<S: Simd>(simd: S, values: &mut [f32], at: usize, count: usize, vector: S::f32s) {
    simd.partial_store_f32s(&mut values[at..at + count], vector);
}

/// Dropout's choice for a vector of queries, key after key; two neighbouring keys share their words.
struct Bits<S: Simd> {
    threshold: u32,
    starts: S::u32s,
    high: S::u32s,
    pair: usize,
    stay: [S::m32s; 2],
}

impl<S: Simd> Bits<S> {
    #[inline(always)]
    fn new(simd: S, drops: Option<(Drops, Stream)>, place: Place<'_>, head: usize, queries: Queries) -> Option<Self> {
        let (drops, stream) = drops?;
        let [low, high] = stream.words();
        // A row of the site is a head's query, and holds the keys.
        let pairs = place.time.div_ceil(2) as u32;
        let row = (head * place.time + queries.first) as u32;
        let count = simd.mul_u32s(S::as_simd_u32s(&COUNT[..S::F32_LANES]).0[0], simd.splat_u32s(pairs));
        let starts = simd.add_u32s(count, simd.splat_u32s(low.wrapping_add(row * pairs)));
        let nothing = simd.greater_than_u32s(starts, starts);
        let high = simd.splat_u32s(high);
        Some(Self { threshold: drops.threshold, starts, high, pair: usize::MAX, stay: [nothing; 2] })
    }

    #[inline(always)]
    fn stay(&mut self, simd: S, key: usize) -> S::m32s {
        if key / 2 != self.pair {
            self.pair = key / 2;
            let words = words(simd, simd.add_u32s(self.starts, simd.splat_u32s(self.pair as u32)), self.high);
            self.stay = stay(simd, words, self.threshold);
        }
        self.stay[key % 2]
    }
}
