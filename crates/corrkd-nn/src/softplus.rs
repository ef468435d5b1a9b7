//! Softplus, ln(1 + e^x), written so that neither side overflows.

use candle_core::{Result, Tensor};

/// ln(1 + e^x), element by element.
///
/// # Errors
/// A tensor operation's.
pub fn softplus(x: &Tensor) -> Result<Tensor> {
    x.relu()? + (x.abs()?.neg()?.exp()? + 1.0)?.log()?
}
