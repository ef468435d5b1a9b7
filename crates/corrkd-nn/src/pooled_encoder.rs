//! What the network has of a modality: dropout on its raw features, the encoder, and the mean over the frames that exist.

use crate::{Dropout, Encoder, EncoderShape, NnError, Noise, Scope, masked_mean};
use candle_core::{Result, Tensor};

/// Raw frames (B, T, D) to one representation each (B, d).
pub struct PooledEncoder {
    dropout: Dropout,
    encoder: Encoder,
}

impl PooledEncoder {
    /// Builds the encoder's parameters; `dropout` falls on the raw features.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(scope: Scope<'_>, shape: &EncoderShape, dropout: f64) -> std::result::Result<Self, NnError> {
        Ok(Self { dropout: Dropout::new(scope.path("input"), dropout), encoder: Encoder::new(scope, shape)? })
    }

    /// (B, T, D) to (B, d). `frames` (B, T) is one for a frame that exists and zero behind its sequence's end, where x
    /// must be zero; none where all exist. `attended` as in [`Encoder::forward`].
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(
        &self,
        x: &Tensor,
        frames: Option<&Tensor>,
        attended: Option<&Tensor>,
        noise: Noise,
    ) -> Result<Tensor> {
        let x = self.dropout.forward(x, noise)?;
        let encoded = self.encoder.forward(&x, attended, noise)?; // (B, T, d)
        match frames {
            Some(frames) => masked_mean(&encoded, frames),
            None => encoded.mean(1),
        }
    }
}
