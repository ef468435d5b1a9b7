//! y = x W' + b over the last axis, or without b.

use crate::fused::linear;
use crate::{Init, Kernels, NnError, Scope};
use candle_core::{Result, Tensor};

/// A linear layer; weight (outputs, inputs) and bias (outputs), where it has one, as in PyTorch.
pub struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
    kernels: Kernels,
}

impl Linear {
    /// Xavier-uniform weight, zero bias.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, inputs: usize, outputs: usize) -> std::result::Result<Self, NnError> {
        let weight = weight(&mut scope, inputs, outputs)?;
        Ok(Self { weight, bias: Some(scope.get("bias", &[outputs], Init::Zeros)?), kernels: scope.kernels() })
    }

    /// Xavier-uniform weight alone.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn without_bias(mut scope: Scope<'_>, inputs: usize, outputs: usize) -> std::result::Result<Self, NnError> {
        Ok(Self { weight: weight(&mut scope, inputs, outputs)?, bias: None, kernels: scope.kernels() })
    }

    /// The layer that gives `count` of the outputs, from `first` on.
    pub(crate) fn rows(&self, first: usize, count: usize) -> Result<Self> {
        let bias = self.bias.as_ref().map(|bias| bias.narrow(0, first, count)).transpose()?;
        Ok(Self { weight: self.weight.narrow(0, first, count)?, bias, kernels: self.kernels })
    }

    /// (.., inputs) to (.., outputs). The fused form is for more than a few rows: for x of three axes or more.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (outputs, inputs) = self.weight.dims2()?;
        let mut shape = x.dims().to_vec();
        shape.pop();
        let rows = shape.iter().product::<usize>();
        shape.push(outputs);
        let x = x.reshape((rows, inputs))?;
        let product = || x.matmul(&self.weight.t()?); // (rows, outputs)
        let y = match &self.bias {
            None => product()?,
            Some(bias) if self.kernels == Kernels::Fused && shape.len() > 2 => linear(&x, &self.weight, bias)?,
            Some(bias) => product()?.broadcast_add(bias)?,
        };
        y.reshape(shape)
    }
}

fn weight(scope: &mut Scope<'_>, inputs: usize, outputs: usize) -> std::result::Result<Tensor, NnError> {
    scope.get("weight", &[outputs, inputs], Init::Xavier { inputs, outputs })
}
