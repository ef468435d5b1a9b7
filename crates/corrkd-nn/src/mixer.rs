//! An MLP along one axis, as CubeMLP's blocks have them (Sun et al. 2022, section 3): of a vector x of n numbers it makes
//! P x + drop(W2 gelu(W1 LN(x) + b1) + b2), n' numbers; P has no bias.

use crate::fused::FusedMixer;
use crate::{Dropout, DropoutKey, Kernels, LayerNorm, Linear, NnError, Scope, gelu, swapped};
use candle_core::{Result, Tensor};

/// The MLP, along the last axis or the last but one.
pub struct Mixer(Form);

enum Form {
    Composed(Layers),
    Fused(FusedMixer),
}

impl Mixer {
    /// From n = `inputs` numbers to n' = `outputs`, as wide as the hidden layer is; `dropout` falls on what the MLP adds.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(
        mut scope: Scope<'_>,
        inputs: usize,
        outputs: usize,
        dropout: f64,
    ) -> std::result::Result<Self, NnError> {
        let dropout = Dropout::new(scope.path("output"), dropout);
        Ok(Self(match scope.kernels() {
            Kernels::Composed => Form::Composed(Layers::new(scope, inputs, outputs, dropout)?),
            Kernels::Fused => {
                let (packed, pack) = scope.pack(|scope| Layers::new(scope, inputs, outputs, dropout.clone()))?;
                Form::Fused(FusedMixer::new(&scope, (packed, &pack), [inputs, outputs], dropout)?)
            }
        }))
    }

    /// Along the last axis, x (B, R, n) to (B, R, n').
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn along_last(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        match &self.0 {
            Form::Composed(layers) => layers.forward(x, key),
            Form::Fused(mixer) => {
                let (batch, rows, inputs) = x.dims3()?;
                mixer.forward(&x.reshape((batch, rows, inputs, 1))?, key)?.squeeze(3)
            }
        }
    }

    /// Along the last axis but one, x (B, R, n, L) to (B, R, n', L). Dropout counts a sample's vectors in the order of (R, L).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn along_last_but_one(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        match &self.0 {
            Form::Composed(layers) => swapped(&layers.forward(&swapped(x)?, key)?),
            Form::Fused(mixer) => mixer.forward(x, key),
        }
    }
}

/// The composed form.
struct Layers {
    residual: Linear,
    norm: LayerNorm,
    hidden: Linear,
    output: Linear,
    dropout: Dropout,
    kernels: Kernels,
}

impl Layers {
    fn new(
        mut scope: Scope<'_>,
        inputs: usize,
        outputs: usize,
        dropout: Dropout,
    ) -> std::result::Result<Self, NnError> {
        Ok(Self {
            residual: Linear::without_bias(scope.sub("residual"), inputs, outputs)?,
            norm: LayerNorm::new(scope.sub("norm"), inputs)?,
            hidden: Linear::new(scope.sub("hidden"), inputs, outputs)?,
            output: Linear::new(scope.sub("output"), outputs, outputs)?,
            dropout,
            kernels: scope.kernels(),
        })
    }

    /// (B, .., n) to (B, .., n').
    fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        let hidden = gelu(&self.hidden.forward(&self.norm.forward(x)?)?, self.kernels)?;
        let mixed = self.dropout.forward(&self.output.forward(&hidden)?, key)?;
        mixed + self.residual.forward(x)?
    }
}
