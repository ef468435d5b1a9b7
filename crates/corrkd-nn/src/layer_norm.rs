//! Layer normalisation over the last axis (Ba et al. 2016), written out: candle's own returns no gradient.

use crate::fused::layer_norm;
use crate::{Init, Kernels, NnError, Scope};
use candle_core::{D, Result, Tensor};

pub(crate) const EPSILON: f64 = 1e-5;

/// Gain and bias (d) of a normalised frame.
pub struct LayerNorm {
    gain: Tensor,
    bias: Tensor,
    kernels: Kernels,
}

impl LayerNorm {
    /// Gain one, bias zero.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, width: usize) -> std::result::Result<Self, NnError> {
        Ok(Self {
            gain: scope.get("weight", &[width], Init::Ones)?,
            bias: scope.get("bias", &[width], Init::Zeros)?,
            kernels: scope.kernels(),
        })
    }

    /// (.., d) to (.., d): zero mean and unit variance over d, then gain and bias.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        if self.kernels == Kernels::Fused {
            return layer_norm(x, &self.gain, &self.bias);
        }
        let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let spread = (centred.sqr()?.mean_keepdim(D::Minus1)? + EPSILON)?.sqrt()?;
        centred.broadcast_div(&spread)?.broadcast_mul(&self.gain)?.broadcast_add(&self.bias)
    }
}
