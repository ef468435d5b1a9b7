//! Vectors of norm one.

use candle_core::{D, Result, Tensor};

/// Added under the root: a zero vector stays zero, and its gradient is finite.
const EPSILON: f64 = 1e-12;

/// Vectors (N, D), each divided by its Euclidean norm.
pub(crate) fn unit(x: &Tensor) -> Result<Tensor> {
    x.broadcast_div(&(x.sqr()?.sum_keepdim(D::Minus1)? + EPSILON)?.sqrt()?)
}
