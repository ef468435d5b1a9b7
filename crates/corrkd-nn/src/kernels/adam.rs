//! Adam's step of one variable: its values and both moments in one pass, in place, in one thread: it is too little
//! work to share.

use super::storage::{change, read};
use crate::optimizer::{BETA1, BETA2, Cut, EPSILON, Rates};
use candle_core::{Result, Tensor};
use pulp::{Arch, Simd, WithSimd};

/// Changes a variable and its moments m and v as the gradient says.
pub(crate) fn adam_step(var: &Tensor, gradient: &Tensor, [m, v]: &[Tensor; 2], rates: Rates) -> Result<()> {
    let step = |x: &mut [f32], m: &mut [f32], v: &mut [f32], g: &[f32]| {
        let arch = Arch::new();
        match (rates.cut, rates.decay == 0.0) {
            (Cut::Scale(_), true) => arch.dispatch(Step::<false, false> { x, m, v, g, rates }),
            (Cut::Scale(_), false) => arch.dispatch(Step::<false, true> { x, m, v, g, rates }),
            (Cut::Limit(_), true) => arch.dispatch(Step::<true, false> { x, m, v, g, rates }),
            (Cut::Limit(_), false) => arch.dispatch(Step::<true, true> { x, m, v, g, rates }),
        }
    };
    read(&gradient.contiguous()?, |g| change(var, |x| change(m, |m| change(v, |v| step(x, m, v, g)))))
}

/// Element by element: values, moments, gradient. A loop of its own for gradients that are limited, not scaled, and one
/// for values that decay.
struct Step<'a, const LIMITED: bool, const DECAYS: bool> {
    x: &'a mut [f32],
    m: &'a mut [f32],
    v: &'a mut [f32],
    g: &'a [f32],
    rates: Rates,
}

impl<const LIMITED: bool, const DECAYS: bool> WithSimd for Step<'_, LIMITED, DECAYS> {
    type Output = Result<()>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Result<()> {
        let Self { x, m, v, g, rates } = self;
        let (Cut::Scale(cut) | Cut::Limit(cut)) = rates.cut;
        let (cut, decay) = (cut as f32, rates.decay as f32);
        let (step_size, correction) = (rates.step_size as f32, rates.correction as f32);
        let (keep1, keep2, epsilon) = (BETA1 as f32, BETA2 as f32, EPSILON as f32);
        let (take1, take2) = ((1.0 - BETA1) as f32, (1.0 - BETA2) as f32);
        for (((x, m), v), g) in x.iter_mut().zip(m).zip(v).zip(g) {
            let g = if LIMITED { g.min(cut).max(-cut) } else { g * cut };
            let g = if DECAYS { g + *x * decay } else { g };
            *m = *m * keep1 + g * take1;
            *v = *v * keep2 + g * g * take2;
            *x -= *m / (v.sqrt() * correction + epsilon) * step_size;
        }
        Ok(())
    }
}

/// The sum of a gradient's squares, always in the same order.
pub(crate) fn sum_of_squares(gradient: &Tensor) -> Result<f64> {
    read(&gradient.contiguous()?, |g| Ok(Arch::new().dispatch(Squares(g))))
}

struct Squares<'a>(&'a [f32]);

impl WithSimd for Squares<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let (vectors, rest) = self.0.as_chunks::<16>();
        let mut sums = [0f64; 16];
        for vector in vectors {
            for (sum, &x) in sums.iter_mut().zip(vector) {
                *sum += f64::from(x) * f64::from(x);
            }
        }
        let mut total = 0.0;
        for sum in sums {
            total += sum;
        }
        for &x in rest {
            total += f64::from(x) * f64::from(x);
        }
        total
    }
}
