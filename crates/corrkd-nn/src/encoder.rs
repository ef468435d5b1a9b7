//! A modality's encoder: temporal convolution, position, Transformer layers; where they are pre-norm, a last
//! normalisation.

use crate::frames::padding;
use crate::{Conv1d, DropoutKey, EncoderLayer, EncoderShape, LayerNorm, NnError, Scope, sinusoid};
use candle_core::{Result, Tensor};

/// Raw frames (B, T, D) to representations (B, T, d).
pub struct Encoder {
    convolution: Conv1d,
    layers: Vec<EncoderLayer>,
    norm: Option<LayerNorm>,
}

impl Encoder {
    /// Builds the encoder's parameters.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, shape: &EncoderShape) -> std::result::Result<Self, NnError> {
        let layers: std::result::Result<_, NnError> =
            (0..shape.layers).map(|i| EncoderLayer::new(scope.sub(&format!("layer{i}")), shape)).collect();
        Ok(Self {
            layers: layers?,
            convolution: Conv1d::new(scope.sub("convolution"), shape.inputs, shape.width, shape.kernel)?,
            norm: shape.pre_norm.then(|| LayerNorm::new(scope.sub("norm"), shape.width)).transpose()?,
        })
    }

    /// (B, T, D) to (B, T, d). `attended` (B, T) is one for a frame that others may attend to and zero elsewhere, as
    /// behind a sequence's end; none where all may be. Frames behind the end must be zero in x, and are undefined in the
    /// result.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor, attended: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let mut h = self.convolution.forward(x)?;
        let (_, time, width) = h.dims3()?;
        h = h.broadcast_add(&sinusoid(time, width, h.dtype(), h.device())?)?;
        let padding = padding(attended)?;
        for layer in &self.layers {
            h = layer.forward(&h, padding.as_ref(), key)?;
        }
        match &self.norm {
            Some(norm) => norm.forward(&h),
            None => Ok(h),
        }
    }
}
