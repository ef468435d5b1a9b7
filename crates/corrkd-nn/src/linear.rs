//! y = x W' + b over the last axis.

use crate::{Init, NnError, Scope};
use candle_core::{Result, Tensor};

/// A linear layer; weight (outputs, inputs) and bias (outputs) as in PyTorch.
pub struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    /// Xavier-uniform weight, zero bias.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, inputs: usize, outputs: usize) -> std::result::Result<Self, NnError> {
        Ok(Self {
            weight: scope.get("weight", &[outputs, inputs], Init::Xavier { inputs, outputs })?,
            bias: scope.get("bias", &[outputs], Init::Zeros)?,
        })
    }

    /// (.., inputs) to (.., outputs).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (outputs, inputs) = self.weight.dims2()?;
        let mut shape = x.dims().to_vec();
        shape.pop();
        let rows = shape.iter().product::<usize>();
        shape.push(outputs);
        let y = x.reshape((rows, inputs))?.matmul(&self.weight.t()?)?; // (rows, outputs)
        y.broadcast_add(&self.bias)?.reshape(shape)
    }
}
