//! The last two axes in each other's place.

use crate::Kernels;
use crate::fused::{available, swapped as fused};
use candle_core::{D, Result, Tensor};

/// (.., N, M) to (.., M, N), contiguous, as its gradient is. The fused form has the same bits as the composed one, and is
/// what runs wherever it can.
///
/// # Errors
/// A tensor operation's; x must have two axes.
pub fn swapped(x: &Tensor) -> Result<Tensor> {
    match available(Kernels::Fused, x.dtype(), x.device()) {
        Kernels::Composed => x.transpose(D::Minus2, D::Minus1)?.contiguous(),
        Kernels::Fused => fused(x),
    }
}
