//! What the kernels do on vectors of any width: loads and stores, the exponential, and sums.
//!
//! Activations are *feature-major*: one row per feature, frames along the row, so that every operation runs along vector
//! lanes that are frames. A row is padded to its stride, a multiple of the widest vector.

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
pub(super) fn load_words<S: Simd>(values: &[u32], at: usize) -> S::u32s {
    S::as_simd_u32s(&values[at..at + S::U32_LANES]).0[0]
}

/// e^x for x <= 87, as 2^n 2^r with a polynomial for r in [-1/2, 1/2]: within one unit in the last place at zero, and one
/// more for every 6 away from it, so that no error below zero exceeds 1e-7. Below -87 it stays at 2e-38, which is nothing
/// beside the one that a softmax always has in its sum.
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

/// 1 / (1 + e^-x), to within 1e-7.
#[inline(always)]
pub(super) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    // Where e^-x would be no number, nothing is left of the quotient already.
    let opposite = simd.min_f32s(simd.splat_f32s(87.0), simd.neg_f32s(x));
    simd.div_f32s(one, simd.add_f32s(one, exp(simd, opposite)))
}

/// The hyperbolic tangent, to within 1e-7: (1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x.
#[inline(always)]
pub(super) fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let bits = simd.transmute_u32s_f32s(x);
    let sign = simd.and_u32s(bits, simd.splat_u32s(1 << 31));
    let magnitude = simd.transmute_f32s_u32s(simd.xor_u32s(bits, sign));
    let e = exp(simd, simd.mul_f32s(simd.splat_f32s(-2.0), magnitude));
    let quotient = simd.div_f32s(simd.sub_f32s(one, e), simd.add_f32s(one, e));
    simd.transmute_f32s_u32s(simd.or_u32s(simd.transmute_u32s_f32s(quotient), sign))
}

/// The lanes' numbers.
pub(super) const COUNT: [u32; WIDEST] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

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

    #[derive(Clone, Copy)]
    enum Function {
        Exp,
        Sigmoid,
        Tanh,
    }

    struct Values<'a>(Function, &'a mut [f32]);

    impl WithSimd for Values<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            for x in S::as_mut_simd_f32s(self.1).0 {
                *x = match self.0 {
                    Function::Exp => exp(simd, *x),
                    Function::Sigmoid => sigmoid(simd, *x),
                    Function::Tanh => tanh(simd, *x),
                };
            }
        }
    }

    /// The function of each number, whole vectors of them.
    fn of(function: Function, xs: &[f32]) -> Vec<f32> {
        let mut ys = xs.to_vec();
        Arch::new().dispatch(Values(function, &mut ys));
        ys
    }

    #[test]
    fn exponential_is_close_to_the_exact_one() {
        let xs: Vec<f32> = (0..1 << 20).map(|i| -87.0 * i as f32 / (1 << 20) as f32).collect();
        for (x, y) in xs.iter().zip(of(Function::Exp, &xs)) {
            let x = *x;
            let exact = f64::from(x).exp();
            let units = (f64::from(y) - exact).abs() / exact / f64::from(f32::EPSILON);
            assert!(units <= 1.0 - f64::from(x) / 6.0, "exp({x}) = {y}, {units} units from {exact}");
        }
        let mut special = [0.0, -0.0, -88.0, -1e9, f32::NEG_INFINITY, f32::NAN];
        let mut padded = [0.0; WIDEST];
        padded[..6].copy_from_slice(&special);
        special.copy_from_slice(&of(Function::Exp, &padded)[..6]);
        assert_eq!(special[..2], [1.0, 1.0]);
        assert!(special[2..5].iter().all(|&y| y == special[2] && y < 2e-38));
        assert!(special[5].is_nan());
    }

    #[test]
    fn sigmoid_and_tangent_are_close_to_the_exact_ones() {
        let xs: Vec<f32> = (0..1 << 20).map(|i| 100.0 * ((i as f32 - 524_288.0) / 524_288.0).powi(3)).collect();
        for (x, y) in xs.iter().zip(of(Function::Sigmoid, &xs)) {
            let exact = 1.0 / (1.0 + (-f64::from(*x)).exp());
            assert!((f64::from(y) - exact).abs() <= 1e-7, "sigmoid({x}) = {y}, exactly {exact}");
        }
        for (x, y) in xs.iter().zip(of(Function::Tanh, &xs)) {
            let exact = f64::from(*x).tanh();
            assert!((f64::from(y) - exact).abs() <= 1e-7, "tanh({x}) = {y}, exactly {exact}");
        }
        let mut special = [0.0; WIDEST];
        special[..6].copy_from_slice(&[0.0, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::NAN]);
        for (function, expected) in
            [(Function::Sigmoid, [0.5, 1.0, 0.0, 1.0, 0.0]), (Function::Tanh, [0.0, 1.0, -1.0, 1.0, -1.0])]
        {
            let ys = of(function, &special);
            assert!(ys[..5].iter().zip(expected).all(|(y, expected)| (y - expected).abs() < 1e-30), "{ys:?}");
            assert!(ys[5].is_nan());
        }
    }
}
