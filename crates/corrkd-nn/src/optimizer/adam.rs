//! Adam's step of variables x, as PyTorch's with L2 decay: from the step's gradient g, clipped,
//!
//! g' = g + decay x, m = b1 m + (1 - b1) g', v = b2 v + (1 - b2) g'^2, x -= rate m^ / (sqrt(v^) + epsilon),
//!
//! with m^ and v^ corrected for their start from zero. This composed form is the definition of the fused one.

use super::Clip;
use candle_core::{Result, Tensor};

pub(crate) const BETA1: f64 = 0.9;
pub(crate) const BETA2: f64 = 0.999;
pub(crate) const EPSILON: f64 = 1e-8;

/// What a step has for all variables of a group.
#[derive(Clone, Copy)]
pub(crate) struct Rates {
    /// Clips the gradients.
    pub(crate) cut: Cut,
    /// The L2 penalty.
    pub(crate) decay: f64,
    /// The learning rate, corrected for the first moment's start from zero.
    pub(crate) step_size: f64,
    /// Corrects the second moment's root for the same.
    pub(crate) correction: f64,
}

/// What clipping does to each element of a gradient.
#[derive(Clone, Copy)]
pub(crate) enum Cut {
    /// Multiplies by this.
    Scale(f64),
    /// Leaves at most this on either side of zero.
    Limit(f64),
}

impl Rates {
    /// Those of step `t`, counted from 1, for a group with this rate and decay.
    pub(super) fn new(t: usize, cut: Cut, learning_rate: f64, decay: f64) -> Self {
        let t = t as i32;
        Self {
            cut,
            decay,
            step_size: learning_rate / (1.0 - BETA1.powi(t)),
            correction: 1.0 / (1.0 - BETA2.powi(t)).sqrt(),
        }
    }

    /// The composed form: what is to be taken from x, and the moments behind the step. Without decay x is not asked.
    pub(super) fn step(self, gradient: &Tensor, x: Option<&Tensor>, [m, v]: &mut [Tensor; 2]) -> Result<Tensor> {
        let clipped = match self.cut {
            Cut::Scale(1.0) => gradient.clone(),
            Cut::Scale(scale) => (gradient * scale)?,
            Cut::Limit(limit) => gradient.clamp(-limit, limit)?,
        };
        let gradient = match x {
            Some(x) => (clipped + (x * self.decay)?)?,
            None => clipped,
        };
        *m = ((&*m * BETA1)? + (&gradient * (1.0 - BETA1))?)?;
        *v = ((&*v * BETA2)? + (gradient.sqr()? * (1.0 - BETA2))?)?;
        let denominator = v.sqrt()?.affine(self.correction, EPSILON)?;
        m.div(&denominator)? * self.step_size
    }
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
