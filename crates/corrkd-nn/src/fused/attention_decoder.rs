//! The fused [`AttentionDecoder`](crate::AttentionDecoder) as one operation on (E, packed parameters).

use super::masks::lengths;
use super::named::Named;
use super::storage::{like, numbers, read};
use crate::params::Pack;
use crate::{DropoutKey, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::{AttentionDecoder, AttentionDecoderPass, DecoderParts};
use std::sync::Arc;

/// The decoder over one packed parameter tensor.
pub(crate) struct FusedAttentionDecoder {
    packed: Tensor,
    decoder: Arc<AttentionDecoder>,
}

impl FusedAttentionDecoder {
    /// The decoder whose composed form's parameters, packed, are given; its sizes are E's width, H and D'.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one, or holds another shape.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        (inputs, width, outputs): (usize, usize, usize),
    ) -> std::result::Result<Self, NnError> {
        let named = Named { scope, pack };
        let parts = DecoderParts {
            score: named.range("score.weight", &[1, inputs])?,
            input: named.affine("input", &[4 * width, inputs + outputs])?,
            hidden: named.affine("hidden", &[4 * width, width])?,
            output: named.affine("output", &[outputs, width])?,
        };
        Ok(Self { packed, decoder: Arc::new(AttentionDecoder::new(parts)) })
    }

    /// As [`AttentionDecoder::forward`](crate::AttentionDecoder::forward); the frames that exist are the first of each
    /// sample.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(&self, encoded: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let (batch, time, inputs) = encoded.dims3()?;
        let expected = self.decoder.inputs();
        if inputs != expected || time == 0 {
            bail!("a sequence of {time} frames of width {inputs}, expected at least one of width {expected}");
        }
        let pass = self.decoder.pass(lengths(frames, (batch, time))?, time, !key.is_none());
        encoded.contiguous()?.apply_op2(&self.packed, Operation(pass))
    }
}

struct Operation(AttentionDecoderPass);

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused attention decoder"
    }

    fn cpu_fwd(&self, e: &CpuStorage, el: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        let answers = self.0.forward(numbers(e, el)?, numbers(p, pl)?);
        Ok((CpuStorage::F32(answers), self.0.shape().as_slice().into()))
    }

    fn bwd(
        &self,
        encoded: &Tensor,
        packed: &Tensor,
        _answers: &Tensor,
        danswers: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let of_e = encoded.track_op();
        let (dencoded, gradient) = read(&danswers.contiguous()?, |danswers| {
            read(encoded, |e| read(packed, |p| Ok(self.0.backward(e, p, danswers, of_e))))
        })?;
        Ok((dencoded.map(|d| like(encoded, d)).transpose()?, Some(like(packed, gradient)?)))
    }
}
