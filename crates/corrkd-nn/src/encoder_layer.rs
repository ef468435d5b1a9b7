//! A Transformer layer of attention A and F = linear, ReLU, linear: pre-norm x + A(LN(x)), then x + F(LN(x)); or
//! post-norm LN(x + A(x)), then LN(x + F(x)).

use crate::{Attention, Dropout, DropoutKey, EncoderShape, LayerNorm, Linear, NnError, Scope};
use candle_core::{Result, Tensor};

/// One layer of an [`Encoder`](crate::Encoder).
pub struct EncoderLayer {
    pre_norm: bool,
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
            pre_norm: shape.pre_norm,
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
    pub fn forward(&self, x: &Tensor, padding: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let x = self.around(x, &self.attention_norm, |x| {
            let attended = self.attention.forward(x, padding, key)?;
            self.attention_dropout.forward(&attended, key)
        })?;
        self.around(&x, &self.forward_norm, |x| {
            let inner = self.inner_dropout.forward(&self.widen.forward(x)?.relu()?, key)?;
            self.forward_dropout.forward(&self.narrow.forward(&inner)?, key)
        })
    }

    /// A branch with the residual and the normalisation around it.
    fn around(&self, x: &Tensor, norm: &LayerNorm, branch: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Tensor> {
        if self.pre_norm { x + branch(&norm.forward(x)?)? } else { norm.forward(&(x + branch(x)?)?) }
    }
}
