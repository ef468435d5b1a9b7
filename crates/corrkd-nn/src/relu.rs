//! ReLU, max(0, x), with the derivative that PyTorch takes at zero, which is zero.
//!
//! Not candle's `relu`, whose derivative there is one: where a whole sequence is missing, every unit of a network without
//! biases yet stands at zero, and what would come back through all of them grows with each layer.

use candle_core::{Result, Tensor};

/// max(0, x), element by element.
///
/// # Errors
/// A tensor operation's.
pub fn relu(x: &Tensor) -> Result<Tensor> {
    x * x.gt(0f64)?.to_dtype(x.dtype())?
}
