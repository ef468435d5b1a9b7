//! A layer of the cross-modal Transformer, pre-norm: x + A(LN(x), LN(c)), then x + F(LN(x)), with attention A whose keys
//! and values come from the context c, normalised as the queries are, and F = linear, ReLU, linear.

use crate::{Attention, CrossEncoderShape, Dropout, DropoutKey, LayerNorm, Linear, NnError, Scope, relu};
use candle_core::{Result, Tensor};

/// One layer of a [`CrossEncoder`](crate::CrossEncoder).
pub(crate) struct CrossEncoderLayer {
    attention_norm: LayerNorm,
    attention: Attention,
    attention_dropout: Dropout,
    forward_norm: LayerNorm,
    widen: Linear,
    inner_dropout: Dropout,
    narrow: Linear,
    forward_dropout: Dropout,
}

impl CrossEncoderLayer {
    pub(crate) fn new(mut scope: Scope<'_>, shape: &CrossEncoderShape) -> std::result::Result<Self, NnError> {
        let CrossEncoderShape { width, heads, feed_forward, .. } = *shape;
        Ok(Self {
            attention_norm: LayerNorm::new(scope.sub("attention_norm"), width)?,
            attention: Attention::new(scope.sub("attention"), width, heads, shape.attention_dropout)?,
            attention_dropout: Dropout::new(scope.path("attention"), shape.residual_dropout),
            forward_norm: LayerNorm::new(scope.sub("forward_norm"), width)?,
            widen: Linear::new(scope.sub("widen"), width, feed_forward)?,
            inner_dropout: Dropout::new(scope.path("widen"), shape.relu_dropout),
            narrow: Linear::new(scope.sub("narrow"), feed_forward, width)?,
            forward_dropout: Dropout::new(scope.path("narrow"), shape.residual_dropout),
        })
    }

    /// (B, Tq, d) to (B, Tq, d), given the context (B, Tk, d), or none for the queries themselves. `mask`, which
    /// broadcasts to (B, H, Tq, Tk), is added to the scores.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        context: Option<&Tensor>,
        mask: Option<&Tensor>,
        key: DropoutKey,
    ) -> Result<Tensor> {
        let queries = self.attention_norm.forward(x)?;
        let attended = match context {
            Some(context) => self.attention.across(&queries, &self.attention_norm.forward(context)?, mask, key)?,
            None => self.attention.forward(&queries, mask, key)?,
        };
        let x = (x + self.attention_dropout.forward(&attended, key)?)?;
        let inner = relu(&self.widen.forward(&self.forward_norm.forward(&x)?)?)?;
        let inner = self.inner_dropout.forward(&inner, key)?;
        x + self.forward_dropout.forward(&self.narrow.forward(&inner)?, key)?
    }
}
