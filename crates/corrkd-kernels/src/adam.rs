//! Adam's step of one variable: its values and both moments in one pass, in place, in one thread: it is too little
//! work to share.

use pulp::{Arch, Simd, WithSimd};

/// What a step keeps of the first moment.
pub const BETA1: f64 = 0.9;
/// What a step keeps of the second moment.
pub const BETA2: f64 = 0.999;
/// What is added to the second moment's root.
pub const EPSILON: f64 = 1e-8;

/// What a step has for all variables of a group.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Clips the gradients.
    pub cut: Cut,
    /// The L2 penalty.
    pub decay: f64,
    /// The learning rate, corrected for the first moment's start from zero.
    pub step_size: f64,
    /// Corrects the second moment's root for the same.
    pub correction: f64,
}

/// What clipping does to each element of a gradient.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// Multiplies by this.
    Scale(f64),
    /// Leaves at most this on either side of zero.
    Limit(f64),
}

impl Rates {
    /// Those of step `t`, counted from 1, for a group with this rate and decay.
    #[must_use]
    pub fn new(t: usize, cut: Cut, learning_rate: f64, decay: f64) -> Self {
        let t = t as i32;
        Self {
            cut,
            decay,
            step_size: learning_rate / (1.0 - BETA1.powi(t)),
            correction: 1.0 / (1.0 - BETA2.powi(t)).sqrt(),
        }
    }
}

/// Changes a variable x and its moments m and v as the gradient g says.
pub fn adam_step(x: &mut [f32], m: &mut [f32], v: &mut [f32], g: &[f32], rates: Rates) {
    let arch = Arch::new();
    match (rates.cut, rates.decay == 0.0) {
        (Cut::Scale(_), true) => arch.dispatch(Step::<false, false> { x, m, v, g, rates }),
        (Cut::Scale(_), false) => arch.dispatch(Step::<false, true> { x, m, v, g, rates }),
        (Cut::Limit(_), true) => arch.dispatch(Step::<true, false> { x, m, v, g, rates }),
        (Cut::Limit(_), false) => arch.dispatch(Step::<true, true> { x, m, v, g, rates }),
    }
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
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
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
    }
}

/// The sum of a gradient's squares, always in the same order.
#[must_use]
pub fn sum_of_squares(gradient: &[f32]) -> f64 {
    Arch::new().dispatch(Squares(gradient))
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
