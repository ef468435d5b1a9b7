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

/// e^x for x <= 0, within 2 units in the last place; below -87, where it is about 1e-38, constant. Cephes' polynomial.
#[inline(always)]
pub(super) fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // Added to a number of moderate size, it leaves the nearest whole number in the low bits of the mantissa.
    const ROUND: f32 = 12_582_912.0;
    let x = simd.max_f32s(simd.splat_f32s(-87.0), x);
    let shifted = simd.mul_add_f32s(x, simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(ROUND));
    let whole = simd.sub_f32s(shifted, simd.splat_f32s(ROUND));
    let rest = simd.mul_add_f32s(whole, simd.splat_f32s(-0.693_359_4), x);
    let rest = simd.mul_add_f32s(whole, simd.splat_f32s(2.121_944_4e-4), rest);
    let mut y = simd.splat_f32s(1.987_569_1e-4);
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5] {
        y = simd.mul_add_f32s(y, rest, simd.splat_f32s(coefficient));
    }
    let y = simd.mul_add_f32s(y, simd.mul_f32s(rest, rest), simd.add_f32s(rest, simd.splat_f32s(1.0)));
    // 2^whole enters the exponent.
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

/// Feature-major `features` rows of `stride` to frame-major `frames` rows of `to_stride`.
pub(super) fn transpose(from: &[f32], stride: usize, features: usize, to: &mut [f32], to_stride: usize, frames: usize) {
    // Blocks of frames, so that what is written stays in the nearest cache until the next feature.
    for first in (0..frames).step_by(WIDEST) {
        let last = frames.min(first + WIDEST);
        for feature in 0..features {
            let row = &from[feature * stride + first..feature * stride + last];
            for (frame, &value) in (first..last).zip(row) {
                to[frame * to_stride + feature] = value;
            }
        }
    }
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

    #[test]
    fn exponential_within_two_units() {
        let xs: Vec<f32> = (0..1 << 20).map(|i| -87.0 * i as f32 / (1 << 20) as f32).collect();
        let mut ys = xs.clone();
        Arch::new().dispatch(Exponentials(&mut ys));
        for (x, y) in xs.into_iter().zip(ys) {
            let exact = f64::from(x).exp();
            let units = (f64::from(y) - exact).abs() / exact / f64::from(f32::EPSILON);
            assert!(units <= 1.0, "exp({x}) = {y}, {units} units from {exact}");
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
