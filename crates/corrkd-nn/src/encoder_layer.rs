//! A pre-norm Transformer layer: x + A(LN(x)), then x + F(LN(x)), where F is linear, ReLU, linear.

use crate::{Attention, Dropout, EncoderShape, LayerNorm, Linear, NnError, Noise, Scope};
use candle_core::{Result, Tensor};

/// One layer of an [`Encoder`](crate::Encoder).
pub struct EncoderLayer {
    attention_norm: LayerNorm,
    attention: Attention,
    attention_dropout: Dropout,
    forward_norm: LayerNorm,
    widen: Linear,
    inner_dropout: Dropout,
    narrow: Linear,
    forward_dropout: Dropout,
}

impl EncoderLayer {
    /// Builds the layer's parameters.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, shape: &EncoderShape) -> std::result::Result<Self, NnError> {
        let EncoderShape { width, heads, feed_forward, .. } = *shape;
        Ok(Self {
            attention_norm: LayerNorm::new(scope.sub("attention_norm"), width)?,
            attention: Attention::new(scope.sub("attention"), width, heads, shape.attention_dropout)?,
            attention_dropout: Dropout::new(scope.path("attention"), shape.residual_dropout),
            forward_norm: LayerNorm::new(scope.sub("forward_norm"), width)?,
            widen: Linear::new(scope.sub("widen"), width, feed_forward)?,
            inner_dropout: Dropout::new(scope.path("widen"), shape.feed_forward_dropout),
            narrow: Linear::new(scope.sub("narrow"), feed_forward, width)?,
            forward_dropout: Dropout::new(scope.path("narrow"), shape.residual_dropout),
        })
    }

    /// (B, T, d) to (B, T, d); `padding` as in [`Attention::forward`].
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, x: &Tensor, padding: Option<&Tensor>, noise: Noise) -> Result<Tensor> {
        let attended = self.attention.forward(&self.attention_norm.forward(x)?, padding, noise)?;
        let x = (x + self.attention_dropout.forward(&attended, noise)?)?;
        let inner = self.widen.forward(&self.forward_norm.forward(&x)?)?.relu()?;
        let narrow = self.narrow.forward(&self.inner_dropout.forward(&inner, noise)?)?;
        x + self.forward_dropout.forward(&narrow, noise)?
    }
}
