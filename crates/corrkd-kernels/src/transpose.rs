//! Transposition of blocks, in registers where there are any.

use super::lanes::{COUNT, WIDEST, load, vectorise};
use pulp::{Simd, WithSimd};

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
                let numbers = groups(simd, [load::<S>(&COUNT.map(|n| n as f32), 0); 4]);
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

#[cfg(test)]
mod tests {
    use super::super::lanes::{four_sums, sum};
    use super::*;
    use pulp::Arch;

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
}
