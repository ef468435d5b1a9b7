//! A modality's encoder: temporal convolution, position, pre-norm Transformer layers, a last normalisation.

use crate::{Conv1d, EncoderLayer, LayerNorm, NnError, Noise, Scope, sinusoid};
use candle_core::{Result, Tensor};

/// Sizes and dropout probabilities of an [`Encoder`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EncoderShape {
    /// Width D of the raw features.
    pub inputs: usize,
    /// Width d inside.
    pub width: usize,
    /// Attention heads.
    pub heads: usize,
    /// Transformer layers.
    pub layers: usize,
    /// Width of the feed-forward part.
    pub feed_forward: usize,
    /// Frames the convolution sees; odd.
    pub kernel: usize,
    /// Dropout on attention weights.
    pub attention_dropout: f64,
    /// Dropout inside the feed-forward part.
    pub feed_forward_dropout: f64,
    /// Dropout on the residual branches.
    pub residual_dropout: f64,
}

/// Raw frames (B, T, D) to representations (B, T, d).
pub struct Encoder {
    convolution: Conv1d,
    layers: Vec<EncoderLayer>,
    norm: LayerNorm,
}

/// Added to the score of a frame behind the end: finite, so that no row of a softmax is ever undefined.
const NEVER: f64 = -1e9;

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
            norm: LayerNorm::new(scope.sub("norm"), shape.width)?,
        })
    }

    /// (B, T, D) to (B, T, d). `frames` (B, T) is one where a frame exists and zero behind the end, or none where all
    /// sequences have length T. Frames behind the end must be zero in x, and are undefined in the result.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor, frames: Option<&Tensor>, noise: Noise) -> Result<Tensor> {
        let mut h = self.convolution.forward(x)?;
        let (_, time, width) = h.dims3()?;
        h = h.broadcast_add(&sinusoid(time, width, h.dtype(), h.device())?)?;
        let padding = match frames {
            Some(frames) => Some(frames.affine(-NEVER, NEVER)?.unsqueeze(1)?.unsqueeze(1)?), // (B, 1, 1, T)
            None => None,
        };
        for layer in &self.layers {
            h = layer.forward(&h, padding.as_ref(), noise)?;
        }
        self.norm.forward(&h)
    }
}
