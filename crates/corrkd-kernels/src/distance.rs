//! Distances d_ij = |a_i - b_j| between all rows of a (N, D) and b (M, D), without the differences (N, M, D) in memory.
//!
//! Lanes are the b_j on the way there and the features on the way back: da_i = sum_j w_ij (a_i - b_j) with w_ij =
//! g_ij / d_ij, or zero where d_ij is; db the same with a and b in each other's place. Each is a sum in the order of its
//! terms, in one thread: it is too little work to share.

use super::lanes::{load, padded, store};
use super::transpose::Transpose;
use pulp::{Arch, Simd, WithSimd};
use std::array::from_fn;

/// Rows that are summed side by side, so that no addition waits for the one before.
const ROWS: usize = 8;

/// Squared distances below this count as zero, where the root's gradient would be infinite.
pub const TINY: f32 = 1e-24;

/// All distances, (N, M), of a (N, D) from b (M, D); the sizes are N, M and D.
#[must_use]
pub fn distances(a: &[f32], b: &[f32], [rows, others, width]: [usize; 3]) -> Vec<f32> {
    let (a, b) = (Matrix::of(a, rows, width), Matrix::of(b, others, width));
    Arch::new().dispatch(Distances { a: &a, columns: &b.transposed() }).elements()
}

/// The gradients of a and b, where they are `wanted`, from the distances and their gradients (N, M).
#[must_use]
pub fn distances_backward(
    [a, b]: [&[f32]; 2],
    [rows, others, width]: [usize; 3],
    distances: &[f32],
    slopes: &[f32],
    wanted: [bool; 2],
) -> [Option<Vec<f32>>; 2] {
    let (a, b) = (Matrix::of(a, rows, width), Matrix::of(b, others, width));
    let weight = |slope: f32, distance: f32| if distance == 0.0 { 0.0 } else { slope / distance };
    let weights = Matrix::new(rows, others, |i, j| weight(slopes[i * others + j], distances[i * others + j]));
    let pulls =
        |x: &Matrix, others: &Matrix, weights: &Matrix| Arch::new().dispatch(Pulls { x, others, weights }).elements();
    [wanted[0].then(|| pulls(&a, &b, &weights)), wanted[1].then(|| pulls(&b, &a, &weights.transposed()))]
}

/// Rows of numbers, each padded with zeros to whole vectors.
struct Matrix {
    values: Vec<f32>,
    rows: usize,
    columns: usize,
    stride: usize,
}

impl Matrix {
    fn new(rows: usize, columns: usize, element: impl Fn(usize, usize) -> f32) -> Self {
        let stride = padded(columns.max(1));
        let mut values = vec![0.0; rows * stride];
        for (i, row) in values.chunks_exact_mut(stride).enumerate() {
            row[..columns].iter_mut().enumerate().for_each(|(j, value)| *value = element(i, j));
        }
        Self { values, rows, columns, stride }
    }

    fn of(values: &[f32], rows: usize, columns: usize) -> Self {
        Self::new(rows, columns, |i, j| values[i * columns + j])
    }

    fn transposed(&self) -> Self {
        let mut to = Self::new(self.columns, self.rows, |_, _| 0.0);
        let size = (self.rows, self.columns);
        Arch::new().dispatch(Transpose { from: (&self.values, self.stride), to: (&mut to.values, to.stride), size });
        to
    }

    /// The numbers without the padding.
    fn elements(self) -> Vec<f32> {
        self.values.chunks_exact(self.stride).flat_map(|row| &row[..self.columns]).copied().collect()
    }
}

/// A matrix from its vectors: `sums` gives those of some rows that start at a column.
#[inline(always)]
fn tiled<S: Simd>(rows: usize, columns: usize, sums: impl Fn([usize; ROWS], usize) -> [S::f32s; ROWS]) -> Matrix {
    let mut matrix = Matrix::new(rows, columns, |_, _| 0.0);
    for first in (0..rows).step_by(ROWS) {
        for column in (0..matrix.stride).step_by(S::F32_LANES) {
            // Behind the end the last row comes again.
            let sums = sums(from_fn(|r| (first + r).min(rows - 1)), column);
            for (row, sum) in (first..rows).zip(sums) {
                store::<S>(&mut matrix.values, row * matrix.stride + column, sum);
            }
        }
    }
    matrix
}

/// All distances, (N, M), of a (N, D) from the columns (D, M).
struct Distances<'a> {
    a: &'a Matrix,
    columns: &'a Matrix,
}

impl WithSimd for Distances<'_> {
    type Output = Matrix;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Matrix {
        let Self { a, columns } = self;
        let (zero, tiny) = (simd.splat_f32s(0.0), simd.splat_f32s(TINY));
        tiled::<S>(
            a.rows,
            columns.columns,
            #[inline(always)]
            |rows, column| {
                let rows: [&[f32]; ROWS] = from_fn(|r| &a.values[rows[r] * a.stride..][..a.columns]);
                let mut squared = [zero; ROWS];
                for (k, b) in columns.values.chunks_exact(columns.stride).enumerate() {
                    let b = load::<S>(b, column);
                    for (a, squared) in rows.iter().zip(&mut squared) {
                        let difference = simd.sub_f32s(simd.splat_f32s(a[k]), b);
                        *squared = simd.mul_add_f32s(difference, difference, *squared);
                    }
                }
                for x in &mut squared {
                    *x = simd.select_f32s(simd.less_than_f32s(*x, tiny), zero, simd.sqrt_f32s(*x));
                }
                squared
            },
        )
    }
}

/// For each x_i (N, D) the sum over the others (M, D) of weight (N, M) times difference.
struct Pulls<'a> {
    x: &'a Matrix,
    others: &'a Matrix,
    weights: &'a Matrix,
}

impl WithSimd for Pulls<'_> {
    type Output = Matrix;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Matrix {
        let Self { x, others, weights } = self;
        tiled::<S>(
            x.rows,
            x.columns,
            #[inline(always)]
            |rows, column| {
                let weights: [&[f32]; ROWS] = from_fn(|r| &weights.values[rows[r] * weights.stride..][..others.rows]);
                let x: [S::f32s; ROWS] = from_fn(|r| load::<S>(&x.values, rows[r] * x.stride + column));
                let mut sums = [simd.splat_f32s(0.0); ROWS];
                for (j, other) in others.values.chunks_exact(others.stride).enumerate() {
                    let other = load::<S>(other, column);
                    for ((&x, weights), sum) in x.iter().zip(&weights).zip(&mut sums) {
                        let difference = simd.sub_f32s(x, other);
                        *sum = simd.mul_add_f32s(simd.splat_f32s(weights[j]), difference, *sum);
                    }
                }
                sums
            },
        )
    }
}
