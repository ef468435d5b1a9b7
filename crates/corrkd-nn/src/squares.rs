//! The sum of squared differences, each times a weight of its own.

use crate::Kernels;
use crate::fused::{available, weighted_squares as fused};
use candle_core::{Result, Tensor};

/// The sum of w (x - t)^2 over all elements, of x, target and weights of one shape, in one form or the other where
/// there is a choice. The gradient is of x alone.
///
/// # Errors
/// A tensor operation's.
pub fn weighted_squares(x: &Tensor, target: &Tensor, weights: &Tensor, kernels: Kernels) -> Result<Tensor> {
    let (target, weights) = (target.detach(), weights.detach());
    match available(kernels, x.dtype(), x.device()) {
        Kernels::Composed => ((x - target)?.sqr()? * weights)?.sum_all(),
        Kernels::Fused => fused(x, &target, &weights),
    }
}
