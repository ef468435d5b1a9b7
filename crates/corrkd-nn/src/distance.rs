//! Euclidean distances between all pairs.

use crate::Kernels;
use crate::fused::{available, pairwise as fused};
use candle_core::{D, Result, Tensor};
use corrkd_kernels::TINY;

/// |a_i - b_j| for a (N, D) and b (M, D), as (N, M), in one form or the other where there is a choice. Where two vectors
/// are equal the distance passes no gradient.
///
/// # Errors
/// A tensor operation's; both must have the same width D.
pub fn pairwise(a: &Tensor, b: &Tensor, kernels: Kernels) -> Result<Tensor> {
    match available(kernels, a.dtype(), a.device()) {
        Kernels::Composed => composed(a, b),
        Kernels::Fused => fused(a, b),
    }
}

fn composed(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let squared = a.unsqueeze(1)?.broadcast_sub(&b.unsqueeze(0)?)?.sqr()?.sum(D::Minus1)?; // (N, M)
    let equal = squared.lt(f64::from(TINY))?;
    // A one in place of each zero before the root, and the zero again behind it: no 0 * infinity on the way back.
    let safe = equal.where_cond(&squared.ones_like()?, &squared)?;
    equal.where_cond(&squared.zeros_like()?, &safe.sqrt()?)
}
