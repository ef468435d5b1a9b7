//! Matrix products of the sizes a small Transformer has, C (m, n) from A (m, k), whose elements are broadcast, and B
//! (k, n), whose rows run along vector lanes. Tiles of C stay in registers.

use super::lanes::{load, store, vectorise};
use pulp::Simd;
use std::array::from_fn;

/// Goes along `$width` numbers, whole vectors, three at a time where there are as many: `$at` is the first number of
/// `$n` vectors. Four left are two and two, not three and one.
macro_rules! by_vectors {
    ($simd:ident, $width:expr, $at:ident, $n:ident, $body:expr) => {{
        let (mut $at, width) = (0, $width);
        while $at < width {
            match (width - $at) / $simd::F32_LANES {
                1 => {
                    const $n: usize = 1;
                    $body;
                    $at += $simd::F32_LANES;
                }
                2 | 4 => {
                    const $n: usize = 2;
                    $body;
                    $at += 2 * $simd::F32_LANES;
                }
                _ => {
                    const $n: usize = 3;
                    $body;
                    $at += 3 * $simd::F32_LANES;
                }
            }
        }
    }};
}
pub(super) use by_vectors;

/// A's elements.
#[derive(Clone, Copy)]
pub(super) enum Left<'a> {
    /// A(m, k) at `m * stride + k`.
    Rows(&'a [f32], usize),
    /// A(m, k) at `k * stride + m`: the transpose of what is stored.
    Columns(&'a [f32], usize),
}

/// What C starts from.
#[derive(Clone, Copy)]
pub(super) enum Start<'a> {
    /// Zero.
    Zero,
    /// One number for each row.
    Bias(&'a [f32]),
    /// One number for each lane.
    Row(&'a [f32]),
    /// What C holds.
    Sum,
}

/// A block of rows at a stride; `lanes` of each are used, whole vectors.
pub(super) struct Block<'a> {
    /// The rows.
    pub(super) values: &'a mut [f32],
    /// From row to row.
    pub(super) stride: usize,
}

/// C = start + A B. `lanes` is a multiple of the widest vector.
#[derive(Clone, Copy)]
pub(super) struct Product<'a> {
    pub(super) a: Left<'a>,
    pub(super) b: &'a [f32],
    pub(super) b_stride: usize,
    pub(super) rows: usize,
    pub(super) depth: usize,
    pub(super) lanes: usize,
    pub(super) start: Start<'a>,
}

impl Product<'_> {
    /// Computes C.
    pub(super) fn into<S: Simd>(self, simd: S, c: Block<'_>) {
        vectorise(
            simd,
            #[inline(always)]
            || self.columns(simd, &mut *c.values, c.stride),
        );
    }

    #[inline(always)]
    fn columns<S: Simd>(self, simd: S, c: &mut [f32], stride: usize) {
        by_vectors!(S, self.lanes, column, N, self.rows::<S, N>(simd, column, c, stride));
    }

    #[inline(always)]
    fn rows<S: Simd, const N: usize>(self, simd: S, column: usize, c: &mut [f32], stride: usize) {
        let mut row = 0;
        // Eight rows of three vectors fill two thirds of 32 registers, four rows three quarters of 16.
        if S::REGISTER_COUNT >= 32 {
            while row + 8 <= self.rows {
                self.tile::<S, 8, N>(simd, row, column, c, stride);
                row += 8;
            }
        }
        while row + 4 <= self.rows {
            self.tile::<S, 4, N>(simd, row, column, c, stride);
            row += 4;
        }
        while row < self.rows {
            self.tile::<S, 1, N>(simd, row, column, c, stride);
            row += 1;
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const M: usize, const N: usize>(
        self,
        simd: S,
        row: usize,
        column: usize,
        c: &mut [f32],
        stride: usize,
    ) {
        let at = |m: usize, n: usize| (row + m) * stride + column + n * S::F32_LANES;
        let mut sums = [[simd.splat_f32s(0.0); N]; M];
        for m in 0..M {
            for n in 0..N {
                match self.start {
                    Start::Zero => {}
                    Start::Bias(bias) => sums[m][n] = simd.splat_f32s(bias[row + m]),
                    Start::Row(numbers) => sums[m][n] = load::<S>(numbers, column + n * S::F32_LANES),
                    Start::Sum => sums[m][n] = load::<S>(c, at(m, n)),
                }
            }
        }
        let b = &self.b[column..];
        match self.a {
            Left::Rows(values, a_stride) => {
                let rows: [&[f32]; M] = from_fn(|m| &values[(row + m) * a_stride..][..self.depth]);
                for k in 0..self.depth {
                    sums = step::<S, M, N>(simd, sums, &b[k * self.b_stride..], |m| rows[m][k]);
                }
            }
            Left::Columns(values, a_stride) => {
                for k in 0..self.depth {
                    let a: &[f32] = &values[k * a_stride + row..][..M];
                    sums = step::<S, M, N>(simd, sums, &b[k * self.b_stride..], |m| a[m]);
                }
            }
        }
        for m in 0..M {
            for n in 0..N {
                store::<S>(c, at(m, n), sums[m][n]);
            }
        }
    }
}

/// One k: every sum of the tile grows by a(m) b(n).
#[inline(always)]
pub(super) fn step<S: Simd, const M: usize, const N: usize>(
    simd: S,
    mut sums: [[S::f32s; N]; M],
    b: &[f32],
    a: impl Fn(usize) -> f32,
) -> [[S::f32s; N]; M] {
    let row = &b[..N * S::F32_LANES];
    let mut b = [simd.splat_f32s(0.0); N];
    for n in 0..N {
        b[n] = load::<S>(row, n * S::F32_LANES);
    }
    for m in 0..M {
        let a = simd.splat_f32s(a(m));
        for n in 0..N {
            sums[m][n] = simd.mul_add_f32s(a, b[n], sums[m][n]);
        }
    }
    sums
}
