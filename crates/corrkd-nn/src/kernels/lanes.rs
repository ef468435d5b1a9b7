//! What the kernels do on vectors of any width: loads and stores, the exponential, dropout's bits, and transposition.
//!
//! Activations are *feature-major*: one row per feature, frames along the row, so that every operation runs along vector
//! lanes that are frames. A row is padded to its stride, a multiple of the widest vector.

use crate::dropout::Drops;
use corrkd_random::{Stream, WORD_MULTIPLIERS};
use pulp::{Simd, WithSimd};

/// Lanes of the widest vector; rows are padded to a multiple of it.
pub(super) const WIDEST: usize = 16;

/// `n` rounded up to whole vectors of any width.
pub(super) const fn padded(n: usize) -> usize {
    n.next_multiple_of(WIDEST)
}

/// Runs `f` compiled for the vectors in hand. What it calls must be inlined into it, by `#[inline(always)]`, closures
/// too: an instruction of its own would be a call.
#[inline(always)]
pub(super) fn vectorise<S: Simd>(simd: S, f: impl FnMut()) {
    struct Body<F>(F);

    impl<F: FnMut()> WithSimd for Body<F> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(mut self, _: S) {
            (self.0)();
        }
    }

    simd.vectorize(Body(f));
}

/// The vector at `at`.
#[inline(always)]
pub(super) fn load<S: Simd>(values: &[f32], at: usize) -> S::f32s {
    S::as_simd_f32s(&values[at..at + S::F32_LANES]).0[0]
}

/// Puts a vector at `at`.
#[inline(always)]
pub(super) fn store<S: Simd>(values: &mut [f32], at: usize, vector: S::f32s) {
    S::as_mut_simd_f32s(&mut values[at..at + S::F32_LANES]).0[0] = vector;
}

/// The vector of whole numbers at `at`.
#[inline(always)]
fn load_words<S: Simd>(values: &[u32], at: usize) -> S::u32s {
    S::as_simd_u32s(&values[at..at + S::U32_LANES]).0[0]
}

/// e^x for x <= 0, as 2^n 2^r with a polynomial for r in [-1/2, 1/2]: within one unit in the last place at zero, and one
/// more for every 6 below, so that no error exceeds 1e-7. Below -87 it stays at 2e-38, which is nothing beside the one
/// that a softmax always has in its sum.
#[inline(always)]
pub(super) fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // Added to a number of moderate size, it leaves the nearest whole number in the low bits of the mantissa.
    const ROUND: f32 = 12_582_912.0;
    // The least largest relative error, 2e-9 before rounding: iterated weighted least squares.
    const SERIES: [f32; 6] = [1.339_993e-3, 9.618_489e-3, 0.055_503_286, 0.240_226_46, std::f32::consts::LN_2, 1.0];
    let x = simd.max_f32s(simd.splat_f32s(-87.0), x);
    let shifted = simd.mul_add_f32s(x, simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(ROUND));
    let whole = simd.sub_f32s(simd.splat_f32s(ROUND), shifted);
    let rest = simd.mul_add_f32s(x, simd.splat_f32s(std::f32::consts::LOG2_E), whole);
    let mut y = simd.splat_f32s(1.534_581_2e-4);
    for coefficient in SERIES {
        y = simd.mul_add_f32s(y, rest, simd.splat_f32s(coefficient));
    }
    // 2^n enters the exponent.
    let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
    simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(y), exponent))
}

/// [`Stream::word`] in each lane: `start` is the position plus the key's low half, `high` its high half.
#[inline(always)]
pub(super) fn words<S: Simd>(simd: S, start: S::u32s, high: S::u32s) -> S::u32s {
    let (fifteen, sixteen) = (simd.splat_u32s(15), simd.splat_u32s(16));
    let x = simd.xor_u32s(start, simd.wrapping_dyn_shr_u32s(start, sixteen));
    let x = simd.mul_u32s(x, simd.splat_u32s(WORD_MULTIPLIERS[0]));
    let x = simd.xor_u32s(simd.xor_u32s(x, simd.wrapping_dyn_shr_u32s(x, fifteen)), high);
    let x = simd.mul_u32s(x, simd.splat_u32s(WORD_MULTIPLIERS[1]));
    simd.xor_u32s(x, simd.wrapping_dyn_shr_u32s(x, fifteen))
}

/// Which of two neighbours' lanes stay, by their shared words.
#[inline(always)]
pub(super) fn stay<S: Simd>(simd: S, words: S::u32s, threshold: u32) -> [S::m32s; 2] {
    let threshold = simd.splat_u32s(threshold);
    let low = simd.and_u32s(words, simd.splat_u32s(0xFFFF));
    let high = simd.wrapping_dyn_shr_u32s(words, simd.splat_u32s(16));
    [simd.greater_than_or_equal_u32s(low, threshold), simd.greater_than_or_equal_u32s(high, threshold)]
}

/// A site's dropout on the columns of a feature-major block, whose features are what dropout calls columns: for each
/// block column, what [`words`] takes.
pub(super) struct ColumnDrops {
    starts: Vec<u32>,
    highs: Vec<u32>,
    threshold: u32,
    kept: f32,
}

impl ColumnDrops {
    /// For block columns of (sample, frame), with `features` of each; `stride` columns with the padding.
    pub(super) fn of(
        drops: Drops,
        columns: impl Iterator<Item = (usize, usize)>,
        features: usize,
        stride: usize,
    ) -> Self {
        let (mut starts, mut highs) = (Vec::with_capacity(stride), Vec::with_capacity(stride));
        let mut last = (usize::MAX, [0, 0]);
        for (sample, frame) in columns {
            if last.0 != sample {
                last = (sample, drops.stream.at(sample as u64).words());
            }
            let [low, high] = last.1;
            starts.push(low.wrapping_add((frame * features.div_ceil(2)) as u32));
            highs.push(high);
        }
        starts.resize(stride, 0);
        highs.resize(stride, 0);
        Self { starts, highs, threshold: drops.threshold, kept: drops.kept }
    }

    /// The factors, `kept` or zero, of the features 2 `pair` and 2 `pair` + 1 in the columns from `at`.
    #[inline(always)]
    pub(super) fn factors<S: Simd>(&self, simd: S, pair: usize, at: usize) -> [S::f32s; 2] {
        let start = simd.add_u32s(load_words::<S>(&self.starts, at), simd.splat_u32s(pair as u32));
        let words = words(simd, start, load_words::<S>(&self.highs, at));
        let (kept, zero) = (simd.splat_f32s(self.kept), simd.splat_f32s(0.0));
        let [first, second] = stay(simd, words, self.threshold);
        [simd.select_f32s(first, kept, zero), simd.select_f32s(second, kept, zero)]
    }

    /// Every vector of a block of `features` rows: its place and its factors.
    #[inline(always)]
    pub(super) fn each_pair<S: Simd>(
        &self,
        simd: S,
        features: usize,
        stride: usize,
        mut f: impl FnMut(usize, S::f32s),
    ) {
        for pair in 0..features.div_ceil(2) {
            for at in (0..stride).step_by(S::F32_LANES) {
                let [first, second] = self.factors(simd, pair, at);
                f(2 * pair * stride + at, first);
                if 2 * pair + 1 < features {
                    f((2 * pair + 1) * stride + at, second);
                }
            }
        }
    }
}

/// Drops from a row of `values` (whole vectors, at least `columns`): row `row` of a sample with this stream.
#[inline(always)]
pub(super) fn drop_row<S: Simd>(
    simd: S,
    values: &mut [f32],
    drops: Drops,
    stream: Stream,
    (row, columns): (usize, usize),
) {
    let [low, high] = stream.words();
    let start = simd.splat_u32s(low.wrapping_add((row * columns.div_ceil(2)) as u32));
    let (kept, zero) = (simd.splat_f32s(drops.kept), simd.splat_f32s(0.0));
    let one = simd.splat_u32s(1);
    for at in (0..columns).step_by(S::F32_LANES) {
        let column = simd.add_u32s(simd.splat_u32s(at as u32), load_words::<S>(&COUNT, 0));
        let pair = simd.wrapping_dyn_shr_u32s(column, one);
        let words = words(simd, simd.add_u32s(start, pair), simd.splat_u32s(high));
        let half = simd.wrapping_dyn_shl_u32s(simd.and_u32s(column, one), simd.splat_u32s(4));
        let bits = simd.and_u32s(simd.wrapping_dyn_shr_u32s(words, half), simd.splat_u32s(0xFFFF));
        let stays = simd.greater_than_or_equal_u32s(bits, simd.splat_u32s(drops.threshold));
        let factor = simd.select_f32s(stays, kept, zero);
        let dropped = simd.mul_f32s(load::<S>(values, at), factor);
        store::<S>(values, at, dropped);
    }
}

/// The lanes' numbers.
pub(super) const COUNT: [u32; WIDEST] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// The rows of a block become the columns of another.
pub(super) struct Transpose<'a> {
    /// The rows, and the stride from one to the next.
    pub(super) from: (&'a [f32], usize),
    /// The same of what is written.
    pub(super) to: (&'a mut [f32], usize),
    /// How many rows and columns of `from`.
    pub(super) size: (usize, usize),
}

impl WithSimd for Transpose<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { from: (from, stride), to: (to, to_stride), size: (rows, columns) } = self;
        // Four rows at a time, as whole vectors.
        let whole = if S::F32_LANES < 4 { 0 } else { columns / S::F32_LANES * S::F32_LANES };
        let by_four = if whole == 0 { 0 } else { rows / 4 * 4 };
        vectorise(
            simd,
            #[inline(always)]
            || {
                // Which column a group of four comes from is the vectors' own affair; the columns' numbers tell.
                let numbers = groups(simd, [S::as_simd_f32s(&NUMBERS).0[0]; 4]);
                let mut places = [0; WIDEST];
                for (place, group) in places.iter_mut().zip(numbers) {
                    *place = group[0] as usize;
                }
                for column in (0..whole).step_by(S::F32_LANES) {
                    for row in (0..by_four).step_by(4) {
                        let mut vectors = [simd.splat_f32s(0.0); 4];
                        for i in 0..4 {
                            vectors[i] = load::<S>(from, (row + i) * stride + column);
                        }
                        let groups = groups(simd, vectors);
                        for (place, group) in places.iter().zip(&groups).take(S::F32_LANES) {
                            to[(column + place) * to_stride + row..][..4].copy_from_slice(group);
                        }
                    }
                }
            },
        );
        for row in 0..rows {
            for column in if row < by_four { whole } else { 0 }..columns {
                to[column * to_stride + row] = from[row * stride + column];
            }
        }
    }
}

/// The lanes' numbers.
const NUMBERS: [f32; WIDEST] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0];

/// The numbers of four vectors in groups of one from each, as many as a vector has lanes.
#[inline(always)]
fn groups<S: Simd>(simd: S, vectors: [S::f32s; 4]) -> [[f32; 4]; WIDEST] {
    let mut groups = [[0.0; 4]; WIDEST];
    let flat = S::as_mut_simd_f32s(groups.as_flattened_mut()).0;
    for (to, vector) in flat.iter_mut().zip(simd.interleave_shfl_f32s(vectors)) {
        *to = vector;
    }
    groups
}

/// The sums along four vectors.
#[inline(always)]
pub(super) fn four_sums<S: Simd>(simd: S, vectors: [S::f32s; 4]) -> [f32; 4] {
    let mut sums = [0.0; 4];
    if S::F32_LANES < 4 {
        for (sum, vector) in sums.iter_mut().zip(vectors) {
            *sum = simd.reduce_sum_f32s(vector);
        }
        return sums;
    }
    // Groups of four lanes, one from each vector.
    let [a, b, c, d] = simd.interleave_shfl_f32s(vectors);
    let mut groups = simd.add_f32s(simd.add_f32s(a, b), simd.add_f32s(c, d));
    let mut by = S::F32_LANES / 2;
    while by >= 4 {
        groups = simd.add_f32s(groups, simd.rotate_right_f32s(groups, by));
        by /= 2;
    }
    simd.partial_store_f32s(&mut sums, groups);
    sums
}

/// The sum of a row of whole vectors.
#[inline(always)]
pub(super) fn sum<S: Simd>(simd: S, row: &[f32]) -> f32 {
    let mut total = simd.splat_f32s(0.0);
    for &x in S::as_simd_f32s(row).0 {
        total = simd.add_f32s(total, x);
    }
    simd.reduce_sum_f32s(total)
}

/// The sum of the products of two rows of whole vectors.
#[inline(always)]
pub(super) fn dot<S: Simd>(simd: S, a: &[f32], b: &[f32]) -> f32 {
    let ((a, _), (b, _)) = (S::as_simd_f32s(a), S::as_simd_f32s(b));
    let mut total = simd.splat_f32s(0.0);
    for (&a, &b) in a.iter().zip(b) {
        total = simd.mul_add_f32s(a, b, total);
    }
    simd.reduce_sum_f32s(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::Arch;

    struct Exponentials<'a>(&'a mut [f32]);

    impl WithSimd for Exponentials<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            for x in S::as_mut_simd_f32s(self.0).0 {
                *x = exp(simd, *x);
            }
        }
    }

    struct Transposes {
        rows: usize,
        columns: usize,
    }

    impl WithSimd for Transposes {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self { rows, columns } = self;
            let from: Vec<f32> = (0..rows * (columns + 1)).map(|i| i as f32).collect();
            let mut to = vec![-1.0; columns * (rows + 2)];
            Transpose { from: (&from, columns + 1), to: (&mut to, rows + 2), size: (rows, columns) }.with_simd(simd);
            for (i, &x) in to.iter().enumerate() {
                let (column, row) = (i / (rows + 2), i % (rows + 2));
                let expected = if row < rows { from[row * (columns + 1) + column] } else { -1.0 };
                assert_eq!(x, expected, "{rows} x {columns} at {row}, {column}");
            }
            let vectors = [0, 1, 2, 3].map(|i| load::<S>(&from, i * S::F32_LANES));
            let expected = [0, 1, 2, 3].map(|i| sum(simd, &from[i * S::F32_LANES..(i + 1) * S::F32_LANES]));
            assert_eq!(four_sums(simd, vectors), expected);
        }
    }

    #[test]
    fn transposes_and_sums() {
        for (rows, columns) in [(8, 16), (5, 50), (40, 33), (7, 70), (160, 17)] {
            Arch::new().dispatch(Transposes { rows, columns });
            Simd::vectorize(pulp::Scalar::new(), Transposes { rows, columns });
            #[cfg(target_arch = "x86_64")]
            if let Some(narrower) = pulp::x86::V3::try_new() {
                Simd::vectorize(narrower, Transposes { rows, columns });
            }
        }
    }

    #[test]
    fn exponential_is_close_to_the_exact_one() {
        let xs: Vec<f32> = (0..1 << 20).map(|i| -87.0 * i as f32 / (1 << 20) as f32).collect();
        let mut ys = xs.clone();
        Arch::new().dispatch(Exponentials(&mut ys));
        for (x, y) in xs.into_iter().zip(ys) {
            let exact = f64::from(x).exp();
            let units = (f64::from(y) - exact).abs() / exact / f64::from(f32::EPSILON);
            assert!(units <= 1.0 - f64::from(x) / 6.0, "exp({x}) = {y}, {units} units from {exact}");
        }
        let mut special = [0.0, -0.0, -88.0, -1e9, f32::NEG_INFINITY, f32::NAN];
        let mut padded = [0.0; WIDEST];
        padded[..6].copy_from_slice(&special);
        Arch::new().dispatch(Exponentials(&mut padded));
        special.copy_from_slice(&padded[..6]);
        assert_eq!(special[..2], [1.0, 1.0]);
        assert!(special[2..5].iter().all(|&y| y == special[2] && y < 2e-38));
        assert!(special[5].is_nan());
    }
}
