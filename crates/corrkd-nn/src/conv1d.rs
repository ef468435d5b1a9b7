//! Temporal convolution with zero padding, the length unchanged: y(t) = b + sum over taps j of W_j x(t + j - k/2).
//!
//! Not candle's `conv1d`, whose weight gradient is wrong for batches larger than one. All taps are one product, and
//! their outputs, which are narrower than the inputs, are shifted and added.

use crate::{Init, NnError, Scope};
use candle_core::{Result, Tensor};

/// A convolution over time; weight (d, D, k) and bias (d) as in PyTorch.
pub struct Conv1d {
    weight: Tensor,
    bias: Tensor,
}

impl Conv1d {
    /// Xavier-uniform weight, zero bias; `kernel` is odd.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(
        mut scope: Scope<'_>,
        inputs: usize,
        outputs: usize,
        kernel: usize,
    ) -> std::result::Result<Self, NnError> {
        let init = Init::Xavier { inputs: inputs * kernel, outputs: outputs * kernel };
        Ok(Self {
            weight: scope.get("weight", &[outputs, inputs, kernel], init)?,
            bias: scope.get("bias", &[outputs], Init::Zeros)?,
        })
    }

    /// (B, T, D) to (B, T, d).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (batch, time, inputs) = x.dims3()?;
        let (outputs, _, kernel) = self.weight.dims3()?;
        let taps = self.weight.permute((1, 2, 0))?.reshape((inputs, kernel * outputs))?;
        let all = x.reshape((batch * time, inputs))?.matmul(&taps)?;
        let all = all.reshape((batch, time, kernel * outputs))?; // (B, T, k d)
        let half = kernel / 2;
        let padded = all.pad_with_zeros(1, half, half)?; // (B, T + k - 1, k d)
        let mut sum = self.bias.reshape((1, 1, outputs))?.broadcast_as((batch, time, outputs))?;
        for tap in 0..kernel {
            sum = (sum + padded.narrow(1, tap, time)?.narrow(2, tap * outputs, outputs)?)?;
        }
        Ok(sum)
    }
}
