//! The mean of some rows, column by column, all values counting: (n, D) -> (D).
//!
//! Columns are summed in f64 in the order of the rows, several at a time with whatever vector instructions there are:
//! these change no bit.

use corrkd_csd::Rows;
use pulp::{Arch, Simd, WithSimd};

use crate::Overlap;

/// Columns whose sums are kept at hand while the rows go by.
const COLUMNS: usize = 128;

/// The mean of the rows that `found` names, at least one, rounded by `round`.
pub(crate) fn mean<T: Copy + Into<f64>>(rows: &Rows<T>, found: &[Overlap], round: impl Fn(f64) -> T) -> Vec<T> {
    Arch::new().dispatch(Mean { rows, found, round })
}

struct Mean<'a, T, R> {
    rows: &'a Rows<T>,
    found: &'a [Overlap],
    round: R,
}

impl<T: Copy + Into<f64>, R: Fn(f64) -> T> WithSimd for Mean<'_, T, R> {
    type Output = Vec<T>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<T> {
        let Self { rows, found, round } = self;
        let (width, count) = (rows.width(), found.len() as f64);
        let mut means = Vec::with_capacity(width);
        for from in (0..width).step_by(COLUMNS) {
            let to = width.min(from + COLUMNS);
            let part = |overlap: &Overlap| &rows.values[overlap.row * width + from..overlap.row * width + to];
            let mut sums = [0.0f64; COLUMNS];
            // Sums of two rows at a time, one after the other, are fetched and put back half as often.
            let (pairs, last) = found.as_chunks::<2>();
            for [first, second] in pairs {
                for ((sum, &one), &two) in sums.iter_mut().zip(part(first)).zip(part(second)) {
                    *sum = *sum + one.into() + two.into();
                }
            }
            for row in last {
                for (sum, &value) in sums.iter_mut().zip(part(row)) {
                    *sum += value.into();
                }
            }
            for sum in &sums[..to - from] {
                means.push(round(sum / count));
            }
        }
        means
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_those_of_a_plain_sum() {
        for width in [1, 2, 3, 35, 74, 127, 128, 129, 300] {
            let values: Vec<f32> = (0..9 * width).map(|i| (i as f32 * 0.7).sin() / 3.0).collect();
            let rows = Rows::flat(width, values);
            for picked in [&[4][..], &[0, 1], &[8, 2, 2], &[0, 1, 2, 3, 4, 5, 6, 7, 8]] {
                let found: Vec<_> = picked.iter().map(|&row| Overlap { row, interval: [0.0, 1.0] }).collect();
                let plain = |column: usize| {
                    let sum = picked.iter().fold(0.0, |sum, row| sum + f64::from(rows.values[row * width + column]));
                    (sum / picked.len() as f64) as f32
                };
                let expected: Vec<f32> = (0..width).map(plain).collect();
                assert_eq!(mean(&rows, &found, |value| value as f32), expected, "{width} columns, rows {picked:?}");
            }
        }
    }
}
