//! A CubeMLP block (section 3): an MLP along time, one along modalities, one along channels, one after the other.
//!
//! Along an axis of size n, to size n': x' = P x + drop(W2 gelu(W1 LN(x) + b1) + b2), P without bias; the normalisation
//! comes first, and is over that axis too.

use super::settings::Probabilities;
use candle_core::{Result, Tensor};
use corrkd_nn::{Dropout, DropoutKey, Kernels, LayerNorm, Linear, NnError, Scope, gelu, swapped};

/// The MLPs along the three axes of X (B, T, M, d).
pub(super) struct Block {
    time: Mixer,
    modality: Mixer,
    channel: Mixer,
}

impl Block {
    /// From the sizes (time, modality, channel) of what goes in and of what comes out; the hidden layers are as wide as what
    /// comes out.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        inputs: [usize; 3],
        outputs: [usize; 3],
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let mut mixer = |name, axis: usize, probability| {
            Mixer::new(scope.sub(name), axis + 1, inputs[axis], outputs[axis], probability)
        };
        Ok(Self {
            time: mixer("time", 0, dropout.time)?,
            modality: mixer("modality", 1, dropout.modality)?,
            channel: mixer("channel", 2, dropout.channel)?,
        })
    }

    /// (B, T, M, d) to (B, T', M', d').
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        let x = self.time.forward(x, key)?; // (B, T', M, d)
        let x = self.modality.forward(&x, key)?; // (B, T', M', d)
        self.channel.forward(&x, key)
    }
}

/// The MLP along one axis.
struct Mixer {
    /// The axis: 1 time, 2 modality, 3 channel.
    axis: usize,
    residual: Linear,
    norm: LayerNorm,
    hidden: Linear,
    output: Linear,
    dropout: Dropout,
    kernels: Kernels,
}

impl Mixer {
    fn new(
        mut scope: Scope<'_>,
        axis: usize,
        inputs: usize,
        outputs: usize,
        dropout: f64,
    ) -> std::result::Result<Self, NnError> {
        Ok(Self {
            axis,
            residual: Linear::without_bias(scope.sub("residual"), inputs, outputs)?,
            norm: LayerNorm::new(scope.sub("norm"), inputs)?,
            hidden: Linear::new(scope.sub("hidden"), inputs, outputs)?,
            output: Linear::new(scope.sub("output"), outputs, outputs)?,
            dropout: Dropout::new(scope.path("output"), dropout),
            kernels: scope.kernels(),
        })
    }

    /// With the axis last, as it is for channels; the axes behind it are one for the others.
    fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        if self.axis == 3 {
            return self.along_last(x, key);
        }
        let mut dims = x.dims().to_vec();
        let [samples, before, size] = [dims[0], dims[1..self.axis].iter().product(), dims[self.axis]];
        let x = swapped(&x.reshape((samples, before, size, ()))?)?; // (B, before, behind, n)
        let x = swapped(&self.along_last(&x, key)?)?; // (B, before, n', behind)
        dims[self.axis] = x.dim(2)?;
        x.reshape(dims)
    }

    /// (B, .., n) to (B, .., n').
    fn along_last(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        let hidden = gelu(&self.hidden.forward(&self.norm.forward(x)?)?, self.kernels)?;
        let mixed = self.dropout.forward(&self.output.forward(&hidden)?, key)?;
        mixed + self.residual.forward(x)?
    }
}
