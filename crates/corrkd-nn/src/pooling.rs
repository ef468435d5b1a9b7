//! The mean over the frames that exist.

use candle_core::{Result, Tensor};

/// (B, T, d) and the frames' mask (B, T), one where a frame exists and zero behind the sequence's end, to (B, d).
///
/// # Errors
/// A tensor operation's.
pub fn masked_mean(x: &Tensor, frames: &Tensor) -> Result<Tensor> {
    let weights = frames.broadcast_div(&frames.sum_keepdim(1)?)?.unsqueeze(1)?; // (B, 1, T)
    weights.matmul(x)?.squeeze(1)
}
