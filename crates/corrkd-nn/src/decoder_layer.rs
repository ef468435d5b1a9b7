//! A layer of a Transformer's decoder, pre-norm: x + A(LN(x)), then x + C(LN(x), m), then x + F(LN(x)), with attention
//! A to its own frames, attention C whose keys and values come from the memory m, and F = linear, ReLU, linear.

use crate::{Attention, DecoderShape, Dropout, DropoutKey, LayerNorm, Linear, NnError, Scope, relu};
use candle_core::{Result, Tensor};

/// One layer of a [`Decoder`](crate::Decoder).
pub(crate) struct DecoderLayer {
    own: Branch,
    across: Branch,
    forward_norm: LayerNorm,
    widen: Linear,
    inner_dropout: Dropout,
    narrow: Linear,
    forward_dropout: Dropout,
}

/// Attention with what stands around it.
struct Branch {
    norm: LayerNorm,
    attention: Attention,
    dropout: Dropout,
}

impl Branch {
    fn new(scope: &mut Scope<'_>, name: &str, shape: &DecoderShape) -> std::result::Result<Self, NnError> {
        let DecoderShape { width, heads, attention_dropout, residual_dropout, .. } = *shape;
        Ok(Self {
            norm: LayerNorm::new(scope.sub(&format!("{name}_norm")), width)?,
            attention: Attention::new(scope.sub(name), width, heads, attention_dropout)?,
            dropout: Dropout::new(scope.path(name), residual_dropout),
        })
    }
}

impl DecoderLayer {
    pub(crate) fn new(mut scope: Scope<'_>, shape: &DecoderShape) -> std::result::Result<Self, NnError> {
        let DecoderShape { width, feed_forward, .. } = *shape;
        Ok(Self {
            own: Branch::new(&mut scope, "self_attention", shape)?,
            across: Branch::new(&mut scope, "attention", shape)?,
            forward_norm: LayerNorm::new(scope.sub("forward_norm"), width)?,
            widen: Linear::new(scope.sub("widen"), width, feed_forward)?,
            inner_dropout: Dropout::new(scope.path("widen"), shape.feed_forward_dropout),
            narrow: Linear::new(scope.sub("narrow"), feed_forward, width)?,
            forward_dropout: Dropout::new(scope.path("narrow"), shape.residual_dropout),
        })
    }

    /// (B, Tq, d) to (B, Tq, d), given the memory (B, Tk, d). The masks, (B, 1, 1, Tq) and (B, 1, 1, Tk), are added to
    /// the scores.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        memory: &Tensor,
        [own, others]: [Option<&Tensor>; 2],
        key: DropoutKey,
    ) -> Result<Tensor> {
        let Branch { norm, attention, dropout } = &self.own;
        let x = (x + dropout.forward(&attention.forward(&norm.forward(x)?, own, key)?, key)?)?;
        let Branch { norm, attention, dropout } = &self.across;
        let x = (&x + dropout.forward(&attention.across(&norm.forward(&x)?, memory, others, key)?, key)?)?;
        let inner = relu(&self.widen.forward(&self.forward_norm.forward(&x)?)?)?;
        let inner = self.inner_dropout.forward(&inner, key)?;
        x + self.forward_dropout.forward(&self.narrow.forward(&inner)?, key)?
    }
}
