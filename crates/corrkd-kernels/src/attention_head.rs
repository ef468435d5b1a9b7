//! One head of one sample: its rows of Q, K and V next to each other, products with them, and dropout's choices for its
//! weights. Lanes are queries.

use super::attention::SampleColumns;
use super::buffers::carve;
use super::drops::{stay, words};
use super::lanes::{COUNT, WIDEST, four_sums, load, padded, store};
use crate::dropout::Drops;
use corrkd_random::Stream;
use pulp::Simd;
use std::array::from_fn;
use std::iter::repeat;

/// Goes along a head's `$width` rows in groups of `$n`, four but for the last: `$row` is the first of a group. Where five
/// or ten are left, groups are of five.
macro_rules! by_rows {
    ($width:expr, $row:ident, $n:ident, $body:expr) => {{
        let (mut $row, width) = (0, $width);
        while $row < width {
            match width - $row {
                1 => {
                    const $n: usize = 1;
                    $body;
                    $row += $n;
                }
                2 => {
                    const $n: usize = 2;
                    $body;
                    $row += $n;
                }
                3 => {
                    const $n: usize = 3;
                    $body;
                    $row += $n;
                }
                5 | 10 => {
                    const $n: usize = 5;
                    $body;
                    $row += $n;
                }
                _ => {
                    const $n: usize = 4;
                    $body;
                    $row += $n;
                }
            }
        }
    }};
}

/// A head's rows, zero behind the sample's end.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) values: &'a [f32],
    pub(super) stride: usize,
}

impl<'a> Rows<'a> {
    /// Copies `count` rows of a sample from `row` of a block on.
    pub(super) fn copy(
        columns: SampleColumns,
        block: &[f32],
        (row, count): (usize, usize),
        scratch: &mut &'a mut [f32],
    ) -> Self {
        let stride = padded(columns.length);
        let values = carve(scratch, count * stride);
        for (c, to) in values.chunks_exact_mut(stride).enumerate() {
            let from = &block[(row + c) * columns.stride + columns.start..][..columns.length];
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
        Self { values, stride }
    }

    /// N rows from `row` on.
    #[inline(always)]
    fn some<const N: usize>(self, row: usize) -> [&'a [f32]; N] {
        let values = &self.values[row * self.stride..(row + N) * self.stride];
        from_fn(|i| &values[i * self.stride..(i + 1) * self.stride])
    }
}

/// For each key from `from` on, its bias plus the sum over `width` rows of the key's number times the queries' vector from
/// `first` on. Returns the largest.
#[inline(always)]
pub(super) fn products<S: Simd>(
    simd: S,
    width: usize,
    (queries, keys): (Rows<'_>, Rows<'_>),
    (first, from): (usize, usize),
    bias: &[f32],
    to: &mut [S::f32s],
) -> S::f32s {
    let count = to.len();
    let bias = &bias[from..from + count];
    let mut most = simd.splat_f32s(f32::NEG_INFINITY);
    by_rows!(width, row, N, {
        most = simd.splat_f32s(f32::NEG_INFINITY);
        let keys: [&[f32]; N] = keys.some::<N>(row).map(|row| &row[from..from + count]);
        let mut q = [simd.splat_f32s(0.0); N];
        for i in 0..N {
            q[i] = load::<S>(queries.values, (row + i) * queries.stride + first);
        }
        for (key, to) in to.iter_mut().enumerate() {
            let mut sum = if row == 0 { simd.splat_f32s(bias[key]) } else { *to };
            for i in 0..N {
                sum = simd.mul_add_f32s(simd.splat_f32s(keys[i][key]), q[i], sum);
            }
            most = simd.max_f32s(sum, most);
            *to = sum;
        }
    });
    most
}

/// The `count` queries' lanes of `width` rows of `to` become `factor` times the sums over keys of weight times value.
#[inline(always)]
pub(super) fn combine<S: Simd>(
    simd: S,
    width: usize,
    values: Rows<'_>,
    weights: &[S::f32s],
    factor: S::f32s,
    (to, stride, count): (&mut [f32], usize, usize),
) {
    let (pairs, last) = weights.as_chunks::<2>();
    by_rows!(width, row, N, {
        let rows: [&[f32]; N] = values.some::<N>(row);
        let values: [&[[f32; 2]]; N] = rows.map(|row| &row.as_chunks::<2>().0[..pairs.len()]);
        // Two sums each, so that one need not wait for the other.
        let (mut even, mut odd) = ([simd.splat_f32s(0.0); N], [simd.splat_f32s(0.0); N]);
        for (pair, weights) in pairs.iter().enumerate() {
            for i in 0..N {
                let [first, second] = values[i][pair];
                even[i] = simd.mul_add_f32s(simd.splat_f32s(first), weights[0], even[i]);
                odd[i] = simd.mul_add_f32s(simd.splat_f32s(second), weights[1], odd[i]);
            }
        }
        for &weight in last {
            for i in 0..N {
                even[i] = simd.mul_add_f32s(simd.splat_f32s(rows[i][2 * pairs.len()]), weight, even[i]);
            }
        }
        for i in 0..N {
            let sum = simd.mul_f32s(simd.add_f32s(even[i], odd[i]), factor);
            put(simd, to, (row + i) * stride, count, sum);
        }
    });
}

/// A key's gradients, in `width` rows of `to`: the sums over queries of `by` [block of queries][key] times `rows`. The
/// keys are as many as `by` has for each block; `first` is the first block that sees a key.
#[inline(always)]
pub(super) fn along_queries<S: Simd>(
    simd: S,
    width: usize,
    (by, keys): (&[S::f32s], usize),
    rows: Rows<'_>,
    first: impl Fn(usize) -> usize,
    (to, stride): (&mut [f32], usize),
) {
    let blocks = by.len() / keys;
    for row in 0..width {
        let rows = &S::as_simd_f32s(&rows.values[row * rows.stride..]).0[..blocks];
        let to = &mut to[row * stride..][..keys];
        let (whole, rest) = to.as_chunks_mut::<4>();
        for (four, to) in whole.iter_mut().enumerate() {
            let mut sums = [simd.splat_f32s(0.0); 4];
            for block in first(4 * four)..blocks {
                let by = &by[block * keys + 4 * four..][..4];
                for i in 0..4 {
                    sums[i] = simd.mul_add_f32s(by[i], rows[block], sums[i]);
                }
            }
            *to = four_sums(simd, sums);
        }
        let start = keys - rest.len();
        let mut sums = [simd.splat_f32s(0.0); 4];
        for (i, key) in (start..keys).enumerate() {
            for block in first(start)..blocks {
                sums[i] = simd.mul_add_f32s(by[block * keys + key], rows[block], sums[i]);
            }
        }
        if !rest.is_empty() {
            rest.iter_mut().zip(four_sums(simd, sums)).for_each(|(to, sum)| *to = sum);
        }
    }
}

/// The vector at `at`, of which `count` lanes exist; the others are zero.
#[inline(always)]
pub(super) fn part<S: Simd>(simd: S, values: &[f32], at: usize, count: usize) -> S::f32s {
    if count == S::F32_LANES { load::<S>(values, at) } else { simd.partial_load_f32s(&values[at..at + count]) }
}

/// Puts the `count` lanes that exist.
#[inline(always)]
pub(super) fn put<S: Simd>(simd: S, values: &mut [f32], at: usize, count: usize, vector: S::f32s) {
    if count == S::F32_LANES {
        store::<S>(values, at, vector);
    } else {
        simd.partial_store_f32s(&mut values[at..at + count], vector);
    }
}

/// Replaces, for each of the keys on a causal edge, what belongs to queries in front of it: lane i sees i keys of them.
#[inline(always)]
pub(super) fn hide<S: Simd>(simd: S, edge: &mut [S::f32s], by: S::f32s) {
    let lanes = S::as_simd_u32s(&COUNT[..S::F32_LANES]).0[0];
    for (i, vector) in edge.iter_mut().enumerate() {
        let sees = simd.greater_than_u32s(lanes, simd.splat_u32s(i as u32));
        *vector = simd.select_f32s(sees, *vector, by);
    }
}

/// Dropout's choice for a vector of queries; two neighbouring keys share their words.
pub(super) struct Bits<S: Simd> {
    threshold: u32,
    starts: S::u32s,
    high: S::u32s,
}

impl<S: Simd> Bits<S> {
    /// For the queries from `first` on, of as many as `times` says, and keys likewise.
    #[inline(always)]
    pub(super) fn new(
        simd: S,
        (drops, stream): (Drops, Stream),
        times: [usize; 2],
        (head, first): (usize, usize),
    ) -> Self {
        let [low, high] = stream.words();
        // A row of the site is a head's query, and holds the keys.
        let pairs = times[1].div_ceil(2) as u32;
        let row = (head * times[0] + first) as u32;
        let count = simd.mul_u32s(S::as_simd_u32s(&COUNT[..S::F32_LANES]).0[0], simd.splat_u32s(pairs));
        let starts = simd.add_u32s(count, simd.splat_u32s(low.wrapping_add(row * pairs)));
        Self { threshold: drops.threshold, starts, high: simd.splat_u32s(high) }
    }

    #[inline(always)]
    pub(super) fn stay(&self, simd: S, pair: usize) -> [S::m32s; 2] {
        let words = words(simd, simd.add_u32s(self.starts, simd.splat_u32s(pair as u32)), self.high);
        stay(simd, words, self.threshold)
    }
}
