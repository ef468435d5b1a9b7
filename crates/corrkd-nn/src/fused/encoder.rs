//! The fused [`PooledEncoder`](crate::PooledEncoder) as one operation on (x, packed parameters).

use super::layer::LayerShape;
use super::masks::{key_biases, lengths};
use super::named::Named;
use super::storage::{like, numbers, read};
use crate::params::Pack;
use crate::{Dropout, DropoutKey, EncoderShape, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::{EncoderParts, EncoderPass, PooledEncoder};
use std::sync::Arc;

/// The encoder over one packed parameter tensor.
pub(crate) struct FusedEncoder {
    packed: Tensor,
    encoder: Arc<PooledEncoder>,
}

impl FusedEncoder {
    /// The encoder whose composed form's parameters, packed, are given.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        shape: &EncoderShape,
        dropout: Dropout,
    ) -> std::result::Result<Self, NnError> {
        let EncoderShape { inputs, width, kernel, .. } = *shape;
        let named = Named { scope, pack };
        let of_layer = LayerShape {
            width,
            feed_forward: shape.feed_forward,
            attention_dropout: shape.attention_dropout,
            inner_dropout: shape.feed_forward_dropout,
            residual_dropout: shape.residual_dropout,
        };
        let layers = (0..shape.layers).map(|i| of_layer.layer(&named, &format!("layer{i}")));
        let parts = EncoderParts {
            input: dropout.site(),
            convolution: named.affine("convolution", &[width, inputs, kernel])?,
            layers: layers.collect::<std::result::Result<_, NnError>>()?,
            norm: named.affine("norm", &[width])?,
        };
        Ok(Self { packed, encoder: Arc::new(PooledEncoder::new(shape, parts)) })
    }

    /// As [`PooledEncoder::forward`](crate::PooledEncoder::forward); the frames that exist are the first of each sample.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        frames: Option<&Tensor>,
        attended: Option<&Tensor>,
        key: DropoutKey,
    ) -> Result<Tensor> {
        let (batch, time, inputs) = x.dims3()?;
        let expected = self.encoder.shape().inputs;
        if inputs != expected {
            bail!("features of width {inputs}, expected {expected}");
        }
        let lengths = lengths(frames, (batch, time))?;
        let biases = key_biases(attended, &lengths, time)?;
        x.contiguous()?.apply_op2(&self.packed, Operation(self.encoder.pass(&lengths, time, biases, key)))
    }
}

struct Operation(EncoderPass);

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused encoder"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        let pooled = self.0.forward(numbers(x, xl)?, numbers(p, pl)?);
        Ok((CpuStorage::F32(pooled), self.0.shape().as_slice().into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        packed: &Tensor,
        _pooled: &Tensor,
        dpooled: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (dx, gradient) = read(&dpooled.contiguous()?, |dpooled| {
            read(x, |xs| read(packed, |ps| Ok(self.0.backward(xs, ps, dpooled, x.track_op()))))
        })?;
        Ok((dx.map(|dx| like(x, dx)).transpose()?, Some(like(packed, gradient)?)))
    }
}
