//! Dropout's choices on vectors, many at a time.

use super::lanes::{COUNT, load, load_words, store};
use crate::dropout::Drops;
use corrkd_random::{Stream, WORD_MULTIPLIERS};
use pulp::Simd;

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
    fn factors<S: Simd>(&self, simd: S, pair: usize, at: usize) -> [S::f32s; 2] {
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
