//! GELU (Hendrycks and Gimpel 2016) by the error function: x P(X <= x) of a standard normal X.
//!
//! Not candle's `gelu_erf`, whose gradient has a constant of six digits.

use crate::Kernels;
use crate::fused::{available, gelu as fused};
use candle_core::{Result, Tensor};
use std::f64::consts::FRAC_1_SQRT_2;

/// x (1 + erf(x / sqrt 2)) / 2, element by element, in one form or the other where there is a choice.
///
/// # Errors
/// A tensor operation's.
pub fn gelu(x: &Tensor, kernels: Kernels) -> Result<Tensor> {
    match available(kernels, x.dtype(), x.device()) {
        Kernels::Composed => x * (x * FRAC_1_SQRT_2)?.erf()?.affine(0.5, 0.5)?,
        Kernels::Fused => fused(x),
    }
}
