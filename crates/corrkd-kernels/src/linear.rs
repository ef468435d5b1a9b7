//! A linear layer's bias, and its gradient's sum.

use super::jobs::{add, each};
use super::lanes::vectorise;
use super::rows::{COLUMNS, group};
use pulp::{Arch, Simd, WithSimd};

/// Adds a bias (K) to each row of y (R, K).
pub fn add_bias(y: &mut [f32], bias: &[f32]) {
    let jobs = y.chunks_mut(group(bias.len())).collect();
    each(jobs, |y| Arch::new().dispatch(AddBias { y, bias }));
}

/// Adds the bias to some rows.
struct AddBias<'a> {
    y: &'a mut [f32],
    bias: &'a [f32],
}

impl WithSimd for AddBias<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { y, bias } = self;
        vectorise(
            simd,
            #[inline(always)]
            || {
                for y in y.chunks_exact_mut(bias.len()) {
                    y.iter_mut().zip(bias).for_each(|(y, bias)| *y += bias);
                }
            },
        );
    }
}

/// The sums of the columns of rows of `width`, a group's after another's.
#[must_use]
pub fn column_sums(rows: &[f32], width: usize) -> Vec<f32> {
    let groups = each(rows.chunks(group(width)).collect(), |rows| Arch::new().dispatch(Sums { rows, width }));
    let mut total = vec![0.0; width];
    groups.iter().for_each(|group| add(&mut total, group));
    total
}

/// Sums of a group's columns, a block's after another's: fewer roundings add up.
struct Sums<'a> {
    rows: &'a [f32],
    width: usize,
}

impl WithSimd for Sums<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let Self { rows, width } = self;
        let [mut total, mut sums] = [(); 2].map(|()| vec![0.0; width]);
        vectorise(
            simd,
            #[inline(always)]
            || {
                for block in rows.chunks(COLUMNS * width) {
                    sums.fill(0.0);
                    for row in block.chunks_exact(width) {
                        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
                    }
                    total.iter_mut().zip(&sums).for_each(|(total, sum)| *total += sum);
                }
            },
        );
        total
    }
}
