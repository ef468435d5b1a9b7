//! The cosine of two vectors, zero where one of them is, as PyTorch's cosine embedding loss has it:
//! x·y / sqrt((x·x + ε)(y·y + ε)).

use candle_core::{D, Result, Tensor};

const EPSILON: f64 = 1e-12;

/// Of the vectors (.., n) and (.., n) along the last axis, (..).
///
/// # Errors
/// A tensor operation's.
pub(super) fn cosine(x: &Tensor, y: &Tensor) -> Result<Tensor> {
    let square = |x: &Tensor| x.sqr()?.sum(D::Minus1)? + EPSILON;
    (x * y)?.sum(D::Minus1)?.div(&(square(x)? * square(y)?)?.sqrt()?)
}
