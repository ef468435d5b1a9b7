//! A CubeMLP block (section 3): an MLP along time, one along modalities, one along channels, one after the other.
//!
//! Along an axis of size n, to size n': x' = P x + drop(W2 gelu(W1 LN(x) + b1) + b2), P without bias; the normalisation
//! comes first, and is over that axis too.

use super::settings::Probabilities;
use candle_core::{Result, Tensor};
use corrkd_nn::{DropoutKey, Mixer, NnError, Scope};

/// The MLPs along the three axes of X (B, T, M, d).
pub(super) struct Block {
    time: Along,
    modality: Along,
    channel: Along,
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
        let mut along = |name, axis: usize, probability| {
            Along::new(scope.sub(name), axis + 1, inputs[axis], outputs[axis], probability)
        };
        Ok(Self {
            time: along("time", 0, dropout.time)?,
            modality: along("modality", 1, dropout.modality)?,
            channel: along("channel", 2, dropout.channel)?,
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
struct Along {
    /// The axis: 1 time, 2 modality, 3 channel.
    axis: usize,
    mixer: Mixer,
}

impl Along {
    fn new(
        scope: Scope<'_>,
        axis: usize,
        inputs: usize,
        outputs: usize,
        dropout: f64,
    ) -> std::result::Result<Self, NnError> {
        Ok(Self { axis, mixer: Mixer::new(scope, inputs, outputs, dropout)? })
    }

    /// The axes before and behind are one for the MLP.
    fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        let mut dims = x.dims().to_vec();
        let [samples, before, size] = [dims[0], dims[1..self.axis].iter().product(), dims[self.axis]];
        let y = match self.axis {
            3 => self.mixer.along_last(&x.reshape((samples, before, size))?, key)?,
            _ => self.mixer.along_last_but_one(&x.reshape((samples, before, size, ()))?, key)?,
        };
        dims[self.axis] = y.dim(2)?;
        y.reshape(dims)
    }
}
