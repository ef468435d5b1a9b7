//! Adam's step of variables x, as PyTorch's with L2 decay: from the step's gradient g, clipped,
//!
//! g' = g + decay x, m = b1 m + (1 - b1) g', v = b2 v + (1 - b2) g'^2, x -= rate m^ / (sqrt(v^) + epsilon),
//!
//! with m^ and v^ corrected for their start from zero. This composed form is the definition of the fused one.

use super::Clip;
use candle_core::{Result, Tensor};
use corrkd_kernels::{BETA1, BETA2, Cut, EPSILON, Rates};

/// The composed form: what is to be taken from x, and the moments behind the step. Without decay x is not asked.
pub(super) fn step(rates: Rates, gradient: &Tensor, x: Option<&Tensor>, [m, v]: &mut [Tensor; 2]) -> Result<Tensor> {
    let clipped = match rates.cut {
        Cut::Scale(1.0) => gradient.clone(),
        Cut::Scale(scale) => (gradient * scale)?,
        Cut::Limit(limit) => gradient.clamp(-limit, limit)?,
    };
    let gradient = match x {
        Some(x) => (clipped + (x * rates.decay)?)?,
        None => clipped,
    };
    *m = ((&*m * BETA1)? + (&gradient * (1.0 - BETA1))?)?;
    *v = ((&*v * BETA2)? + (gradient.sqr()? * (1.0 - BETA2))?)?;
    let denominator = v.sqrt()?.affine(rates.correction, EPSILON)?;
    m.div(&denominator)? * rates.step_size
}

impl Clip {
    /// What it does to gradients of this norm.
    pub(super) fn cut(self, norm: f64) -> Cut {
        match self {
            Self::None => Cut::Scale(1.0),
            Self::Norm(most) => Cut::Scale((most / (norm + 1e-6)).min(1.0)),
            Self::Value(most) => Cut::Limit(most),
        }
    }
}
