//! Temporal convolution: y(t) = b + sum over taps j of W_j x(t + j - p), with p zero frames in front and behind. Either
//! as long as what goes in, p = k/2; or without zero frames and without b, k - 1 frames shorter.
//!
//! Not candle's `conv1d`, whose weight gradient is wrong for batches larger than one. All taps are one product: of the frames
//! that they see, side by side; or, where outputs are narrower than inputs, of each frame, and what comes out is shifted and
//! added.

use crate::{Init, NnError, Scope};
use candle_core::{Result, Tensor, bail};

/// A convolution over time; weight (d, D, k) and bias (d), where it has one, as in PyTorch.
pub struct Conv1d {
    weight: Tensor,
    bias: Option<Tensor>,
    padding: usize,
}

impl Conv1d {
    /// Xavier-uniform weight, zero bias; `kernel` is odd, and the length unchanged.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(
        mut scope: Scope<'_>,
        inputs: usize,
        outputs: usize,
        kernel: usize,
    ) -> std::result::Result<Self, NnError> {
        let weight = weight(&mut scope, inputs, outputs, kernel)?;
        Ok(Self { weight, bias: Some(scope.get("bias", &[outputs], Init::Zeros)?), padding: kernel / 2 })
    }

    /// Xavier-uniform weight alone, over the frames that there are: T become T - k + 1. Zero frames give zero.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn unpadded(
        mut scope: Scope<'_>,
        inputs: usize,
        outputs: usize,
        kernel: usize,
    ) -> std::result::Result<Self, NnError> {
        Ok(Self { weight: weight(&mut scope, inputs, outputs, kernel)?, bias: None, padding: 0 })
    }

    /// (B, T, D) to (B, T + 2p - k + 1, d).
    ///
    /// # Errors
    /// Fewer frames than the kernel has, and a tensor operation's errors.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (batch, time, inputs) = x.dims3()?;
        let (outputs, _, kernel) = self.weight.dims3()?;
        let frames = time + 2 * self.padding + 1;
        if frames <= kernel {
            bail!("a convolution of {time} frames, expected at least {kernel}");
        }
        let length = frames - kernel;
        if inputs <= outputs {
            return self.unfolded(x, length);
        }
        let taps = self.weight.permute((1, 2, 0))?.reshape((inputs, kernel * outputs))?;
        let all = x.reshape((batch * time, inputs))?.matmul(&taps)?;
        let all = all.reshape((batch, time, kernel * outputs))?; // (B, T, k d)
        let padded = match self.padding {
            0 => all,
            half => all.pad_with_zeros(1, half, half)?, // (B, T + 2p, k d)
        };
        let tap = |tap: usize| padded.narrow(1, tap, length)?.narrow(2, tap * outputs, outputs);
        let mut sum = match &self.bias {
            Some(bias) => bias.reshape((1, 1, outputs))?.broadcast_add(&tap(0)?)?,
            None => tap(0)?.contiguous()?,
        };
        for number in 1..kernel {
            sum = (sum + tap(number)?)?;
        }
        Ok(sum)
    }

    /// The product of the frames that the taps see, side by side.
    fn unfolded(&self, x: &Tensor, length: usize) -> Result<Tensor> {
        let (batch, _, inputs) = x.dims3()?;
        let (outputs, _, kernel) = self.weight.dims3()?;
        let padded = match self.padding {
            0 => x.clone(),
            half => x.pad_with_zeros(1, half, half)?, // (B, T + 2p, D)
        };
        let seen: Vec<Tensor> = (0..kernel).map(|tap| padded.narrow(1, tap, length)).collect::<Result<_>>()?;
        let seen = Tensor::cat(&seen, 2)?.reshape((batch * length, kernel * inputs))?;
        let taps = self.weight.permute((2, 1, 0))?.reshape((kernel * inputs, outputs))?;
        let mut sum = seen.matmul(&taps)?;
        if let Some(bias) = &self.bias {
            sum = sum.broadcast_add(bias)?;
        }
        sum.reshape((batch, length, outputs))
    }
}

fn weight(scope: &mut Scope<'_>, inputs: usize, outputs: usize, kernel: usize) -> std::result::Result<Tensor, NnError> {
    let init = Init::Xavier { inputs: inputs * kernel, outputs: outputs * kernel };
    scope.get("weight", &[outputs, inputs, kernel], init)
}
