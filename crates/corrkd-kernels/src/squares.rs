//! The sum of squared differences, each times a weight of its own: one way over the numbers forward and one back, where
//! the composed form takes a tensor for each of its steps.

use super::jobs::each;
use super::rows::group;
use pulp::{Arch, Simd, WithSimd};

/// The sum of w (x - t)^2.
#[must_use]
pub fn weighted_squares(x: &[f32], target: &[f32], weights: &[f32]) -> f32 {
    let [x, t, w] = [x, target, weights].map(|x| x.chunks(group(1)));
    let jobs = x.zip(t).zip(w).collect();
    let sums = each(jobs, |((x, t), w)| Arch::new().dispatch(Forward { x, t, w }));
    sums.into_iter().sum::<f64>() as f32
}

/// The gradient of x from that of the sum.
#[must_use]
pub fn weighted_squares_backward(x: &[f32], target: &[f32], weights: &[f32], dsum: f32) -> Vec<f32> {
    let slope = 2.0 * dsum;
    let mut dx = vec![0.0; x.len()];
    let inputs = x.chunks(group(1)).zip(target.chunks(group(1))).zip(weights.chunks(group(1)));
    let jobs = inputs.zip(dx.chunks_mut(group(1))).collect();
    each(jobs, |(((x, t), w), dx)| Arch::new().dispatch(Backward { x, t, w, slope, dx }));
    dx
}

struct Forward<'a> {
    x: &'a [f32],
    t: &'a [f32],
    w: &'a [f32],
}

impl WithSimd for Forward<'_> {
    type Output = f64;

    /// The sum, in f64 and always in the same order.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let [(x, last_x), (t, last_t), (w, last_w)] = [self.x, self.t, self.w].map(<[f32]>::as_chunks::<16>);
        let mut sums = [0f64; 16];
        for ((x, t), w) in x.iter().zip(t).zip(w) {
            for i in 0..16 {
                let error = x[i] - t[i];
                sums[i] += f64::from(w[i] * error * error);
            }
        }
        for (i, ((x, t), w)) in last_x.iter().zip(last_t).zip(last_w).enumerate() {
            sums[i] += f64::from(w * (x - t) * (x - t));
        }
        sums.into_iter().sum()
    }
}

struct Backward<'a> {
    x: &'a [f32],
    t: &'a [f32],
    w: &'a [f32],
    slope: f32,
    dx: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (((x, t), w), dx) in self.x.iter().zip(self.t).zip(self.w).zip(self.dx) {
            *dx = self.slope * w * (x - t);
        }
    }
}
