//! Softmax, its logarithm, and cross entropy over the last axis; all with gradients.

use candle_core::{D, Result, Tensor};

/// softmax over the last axis.
///
/// # Errors
/// A tensor operation's.
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    candle_nn::ops::softmax(x, D::Minus1)
}

/// log softmax over the last axis.
///
/// # Errors
/// A tensor operation's.
pub fn log_softmax(x: &Tensor) -> Result<Tensor> {
    candle_nn::ops::log_softmax(x, D::Minus1)
}

/// The mean over N samples of -log softmax(logits)(category); logits (N, K), categories (N) as u32.
///
/// # Errors
/// A tensor operation's.
pub fn cross_entropy(logits: &Tensor, categories: &Tensor) -> Result<Tensor> {
    log_softmax(logits)?.gather(&categories.unsqueeze(1)?, 1)?.mean_all()?.neg()
}
