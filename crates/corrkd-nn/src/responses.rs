//! What answers mean and what they cost, all with gradients: softmax over the last axis, its logarithm and cross entropy
//! for categories; the absolute error of a score; binary cross entropy for targets that are each there or not.

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

/// As [`cross_entropy`], but of a sample as much as its category's weight says: the weighted mean over the N samples, as
/// PyTorch has it; weights (K).
///
/// # Errors
/// A tensor operation's. Where all samples weigh nothing, the loss is not a number.
pub fn weighted_cross_entropy(logits: &Tensor, categories: &Tensor, weights: &Tensor) -> Result<Tensor> {
    let weights = weights.index_select(categories, 0)?; // (N)
    let logs = log_softmax(logits)?.gather(&categories.unsqueeze(1)?, 1)?.squeeze(1)?; // (N)
    ((logs * &weights)?.sum_all()? / weights.sum_all()?)?.neg()
}

/// The mean over N samples of |score - label|; scores and labels (N). An error of zero passes no gradient.
///
/// # Errors
/// A tensor operation's.
pub fn mean_absolute_error(scores: &Tensor, labels: &Tensor) -> Result<Tensor> {
    absolute(&(scores - labels)?)?.mean_all()
}

/// The mean over all elements of -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)) for logits x and targets t, 0 or 1, of
/// one shape: as max(x, 0) - t x + log(1 + exp(-|x|)), which is finite for logits of any size.
///
/// # Errors
/// A tensor operation's.
pub fn binary_cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let absolute = absolute(logits)?;
    let positive = ((logits + &absolute)? * 0.5)?;
    let rest = (absolute.neg()?.exp()? + 1.0)?.log()?;
    ((positive - (logits * targets)?)? + rest)?.mean_all()
}

/// |x|. Not candle's `abs`, whose gradient at zero is one, where PyTorch's is zero.
///
/// # Errors
/// A tensor operation's.
pub fn absolute(x: &Tensor) -> Result<Tensor> {
    x * x.sign()?
}
