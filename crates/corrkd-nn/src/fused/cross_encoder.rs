//! The fused [`CrossEncoder`](crate::CrossEncoder) as one operation on (queries, context, packed parameters), and the fused
//! [`Decoder`](crate::Decoder), which is the same with one more attention in each layer.

use super::layer::LayerShape;
use super::masks::key_biases;
use super::named::Named;
use super::storage::{like, numbers, read};
use crate::params::Pack;
use crate::{CrossEncoderShape, Dropout, DropoutKey, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor};
use corrkd_kernels::{CrossEncoder, CrossEncoderParts, CrossEncoderPass, CrossInputs};
use std::sync::Arc;

/// The network over one packed parameter tensor.
pub(crate) struct FusedCrossEncoder {
    packed: Tensor,
    encoder: Arc<CrossEncoder>,
}

impl FusedCrossEncoder {
    /// The network whose composed form's parameters, packed, are given: one with this dropout on the embedded queries
    /// and context, or else a decoder.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        shape: &CrossEncoderShape,
        dropout: Option<[Dropout; 2]>,
    ) -> std::result::Result<Self, NnError> {
        let named = Named { scope, pack };
        let of_layer = LayerShape {
            width: shape.width,
            feed_forward: shape.feed_forward,
            attention_dropout: shape.attention_dropout,
            inner_dropout: shape.relu_dropout,
            residual_dropout: shape.residual_dropout,
        };
        let layers = (0..shape.layers).map(|i| of_layer.layer(&named, &format!("layer{i}")));
        let decoders = if dropout.is_none() { shape.layers } else { 0 };
        let own = (0..decoders).map(|i| of_layer.attention(&named, &format!("layer{i}.self_attention")));
        let parts = CrossEncoderParts {
            layers: layers.collect::<std::result::Result<_, NnError>>()?,
            own: own.collect::<std::result::Result<_, NnError>>()?,
            norm: named.affine("norm", &[shape.width])?,
            embedding: dropout.map(|sides| sides.map(Dropout::site)),
        };
        Ok(Self { packed, encoder: Arc::new(CrossEncoder::new(shape, parts)) })
    }

    /// As [`CrossEncoder::forward`](crate::CrossEncoder::forward), or as [`CrossEncoder::last`](crate::CrossEncoder::last).
    /// `attended` is of a decoder's own frames, (B, Tq), and of the frames that keys come from, (B, Tk). The sizes fit.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(
        &self,
        queries: &Tensor,
        context: Option<&Tensor>,
        attended: [Option<&Tensor>; 2],
        last: bool,
        key: DropoutKey,
    ) -> Result<Tensor> {
        let (batch, time, _) = queries.dims3()?;
        if last && self.encoder.shape().layers == 0 {
            return self.forward(queries, context, attended, false, key)?.narrow(1, time - 1, 1)?.squeeze(1);
        }
        let keys = context.map_or(Ok(time), |context| context.dim(1))?;
        let biases = |attended: Option<&Tensor>, time: usize| key_biases(attended, &vec![time; batch], time);
        let biases = [biases(attended[0], time)?, biases(attended[1], keys)?];
        let operation = Operation(self.encoder.pass(batch, [time, keys], biases, last, key));
        match context {
            None => queries.contiguous()?.apply_op2(&self.packed, operation),
            Some(context) => queries.contiguous()?.apply_op3(&context.contiguous()?, &self.packed, operation),
        }
    }
}

struct Operation(CrossEncoderPass);

impl Operation {
    fn answer(&self, inputs: CrossInputs<'_>) -> (CpuStorage, Shape) {
        (CpuStorage::F32(self.0.forward(inputs)), self.0.shape().into())
    }

    /// The gradients of queries, context and parameters.
    fn gradients(
        &self,
        (queries, context, packed): (&Tensor, Option<&Tensor>, &Tensor),
        slopes: &Tensor,
    ) -> Result<[Option<Tensor>; 3]> {
        let slopes = slopes.flatten_all()?.to_vec1::<f32>()?;
        let wanted = [queries.track_op(), context.is_some_and(Tensor::track_op)];
        let run = |queries: &[f32], context: Option<&[f32]>| {
            read(packed, |parameters| {
                Ok(self.0.backward(CrossInputs { queries, context, parameters }, &slopes, wanted))
            })
        };
        let ([of_queries, of_context], of_packed) = read(queries, |queries| match context {
            None => run(queries, None),
            Some(context) => read(context, |context| run(queries, Some(context))),
        })?;
        let tensor = |values: Option<Vec<f32>>, of: Option<&Tensor>| match (values, of) {
            (Some(values), Some(of)) => like(of, values).map(Some),
            _ => Ok(None),
        };
        Ok([tensor(of_queries, Some(queries))?, tensor(of_context, context)?, tensor(Some(of_packed), Some(packed))?])
    }
}

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused self-attention Transformer"
    }

    fn cpu_fwd(&self, q: &CpuStorage, ql: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok(self.answer(CrossInputs { queries: numbers(q, ql)?, context: None, parameters: numbers(p, pl)? }))
    }

    fn bwd(
        &self,
        queries: &Tensor,
        packed: &Tensor,
        _answers: &Tensor,
        slopes: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let [of_queries, _, of_packed] = self.gradients((queries, None, packed), slopes)?;
        Ok((of_queries, of_packed))
    }
}

impl CustomOp3 for Operation {
    fn name(&self) -> &'static str {
        "fused cross-modal Transformer"
    }

    fn cpu_fwd(
        &self,
        q: &CpuStorage,
        ql: &Layout,
        c: &CpuStorage,
        cl: &Layout,
        p: &CpuStorage,
        pl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        Ok(self.answer(CrossInputs {
            queries: numbers(q, ql)?,
            context: Some(numbers(c, cl)?),
            parameters: numbers(p, pl)?,
        }))
    }

    fn bwd(
        &self,
        queries: &Tensor,
        context: &Tensor,
        packed: &Tensor,
        _answers: &Tensor,
        slopes: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [of_queries, of_context, of_packed] = self.gradients((queries, Some(context), packed), slopes)?;
        Ok((of_queries, of_context, of_packed))
    }
}
