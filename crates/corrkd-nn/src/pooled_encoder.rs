//! What the network has of a modality: dropout on its raw features, the encoder, and the mean over the frames that exist.

use crate::fused::FusedEncoder;
use crate::{Dropout, DropoutKey, Encoder, EncoderShape, Kernels, NnError, Scope, masked_mean};
use candle_core::{Result, Tensor};

/// Raw frames (B, T, D) to one representation each (B, d).
pub struct PooledEncoder(Form);

enum Form {
    Composed { dropout: Dropout, encoder: Encoder },
    Fused(FusedEncoder),
}

impl PooledEncoder {
    /// Builds the encoder's parameters; `dropout` falls on the raw features. There is no fused form with post-norm.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, shape: &EncoderShape, dropout: f64) -> std::result::Result<Self, NnError> {
        let dropout = Dropout::new(scope.path("input"), dropout);
        Ok(Self(match scope.kernels() {
            Kernels::Fused if shape.pre_norm => {
                let (packed, pack) = scope.pack(|scope| Encoder::new(scope, shape))?;
                Form::Fused(FusedEncoder::new(&scope, (packed, &pack), shape, dropout)?)
            }
            _ => Form::Composed { dropout, encoder: Encoder::new(scope, shape)? },
        }))
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
        key: DropoutKey,
    ) -> Result<Tensor> {
        match &self.0 {
            Form::Fused(encoder) => encoder.forward(x, frames, attended, key),
            Form::Composed { dropout, encoder } => {
                let encoded = encoder.forward(&dropout.forward(x, key)?, attended, key)?; // (B, T, d)
                match frames {
                    Some(frames) => masked_mean(&encoded, frames),
                    None => encoded.mean(1),
                }
            }
        }
    }
}
