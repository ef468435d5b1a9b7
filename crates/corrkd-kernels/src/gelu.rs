//! GELU: y = x P with P the probability of a standard normal number below x, and dy/dx = P + x p with p its density, which P
//! has for a factor.

use super::jobs::each;
use super::lanes::{exp, vectorise};
use super::rows::group;
use pulp::{Arch, Simd, WithSimd};
use std::f32::consts::FRAC_1_SQRT_2;

/// y of each x.
#[must_use]
pub fn gelu(x: &[f32]) -> Vec<f32> {
    let mut y = vec![0.0; x.len()];
    let jobs = x.chunks(group(1)).zip(y.chunks_mut(group(1))).collect();
    each(jobs, |(x, y)| Arch::new().dispatch(Forward { x, y }));
    y
}

/// The gradient of each x from that of y.
#[must_use]
pub fn gelu_backward(x: &[f32], dy: &[f32]) -> Vec<f32> {
    let mut dx = vec![0.0; x.len()];
    let jobs = x.chunks(group(1)).zip(dy.chunks(group(1))).zip(dx.chunks_mut(group(1))).collect();
    each(jobs, |((x, dy), dx)| Arch::new().dispatch(Backward { x, dy, dx }));
    dx
}

/// P and the density p at x. The smaller tail is q(t) p with t = 1 / (1 + 0.33 |x| / sqrt 2) and a polynomial q
/// (Abramowitz and Stegun 1964, 7.1.26): no error of P exceeds 2e-7.
#[inline(always)]
fn normal<S: Simd>(simd: S, x: S::f32s) -> [S::f32s; 2] {
    const SLOPE: f32 = 0.327_591_1 * FRAC_1_SQRT_2;
    /// From t^5 to t, half of what is printed.
    const SERIES: [f32; 5] = [0.530_702_7, -0.726_576, 0.710_706_9, -0.142_248_37, 0.127_414_8];
    /// One over the root of 2 pi.
    const DENSITY: f32 = 0.398_942_3;
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    let exponent = simd.mul_f32s(simd.mul_f32s(x, x), simd.splat_f32s(-0.5));
    // Where the exponential stays at its least, there is nothing left. Written so that a NaN goes on.
    let none = simd.less_than_f32s(exponent, simd.splat_f32s(-87.0));
    let bell = simd.select_f32s(none, zero, exp(simd, exponent));
    let t = simd.div_f32s(one, simd.mul_add_f32s(simd.abs_f32s(x), simd.splat_f32s(SLOPE), one));
    let mut series = zero;
    for coefficient in SERIES {
        series = simd.mul_f32s(simd.add_f32s(series, simd.splat_f32s(coefficient)), t);
    }
    let tail = simd.mul_f32s(series, bell);
    let below = simd.select_f32s(simd.less_than_f32s(x, zero), tail, simd.sub_f32s(one, tail));
    [below, simd.mul_f32s(bell, simd.splat_f32s(DENSITY))]
}

struct Forward<'a> {
    x: &'a [f32],
    y: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let ((x, last_x), (y, last_y)) = (S::as_simd_f32s(self.x), S::as_mut_simd_f32s(self.y));
        vectorise(
            simd,
            #[inline(always)]
            || {
                for (&x, y) in x.iter().zip(&mut *y) {
                    *y = value(simd, x);
                }
                let x = simd.partial_load_f32s(last_x);
                simd.partial_store_f32s(last_y, value(simd, x));
            },
        );
    }
}

struct Backward<'a> {
    x: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let ((x, last_x), (dy, last_dy)) = (S::as_simd_f32s(self.x), S::as_simd_f32s(self.dy));
        let (dx, last_dx) = S::as_mut_simd_f32s(self.dx);
        vectorise(
            simd,
            #[inline(always)]
            || {
                for ((&x, &dy), dx) in x.iter().zip(dy).zip(&mut *dx) {
                    *dx = simd.mul_f32s(dy, slope(simd, x));
                }
                let (x, dy) = (simd.partial_load_f32s(last_x), simd.partial_load_f32s(last_dy));
                simd.partial_store_f32s(last_dx, simd.mul_f32s(dy, slope(simd, x)));
            },
        );
    }
}

/// y.
#[inline(always)]
pub(super) fn value<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    simd.mul_f32s(x, normal(simd, x)[0])
}

/// dy/dx.
#[inline(always)]
pub(super) fn slope<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let [below, density] = normal(simd, x);
    simd.mul_add_f32s(x, density, below)
}
