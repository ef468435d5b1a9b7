//! The fused [`Mixer`](crate::Mixer) as one operation on (x, packed parameters).

use super::named::Named;
use super::storage::{gradient, numbers, read};
use crate::params::Pack;
use crate::{Dropout, DropoutKey, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::{Mixer, MixerPass};
use std::sync::Arc;

/// The MLP over one packed parameter tensor.
pub(crate) struct FusedMixer {
    packed: Tensor,
    mixer: Arc<Mixer>,
    dropout: Dropout,
}

impl FusedMixer {
    /// The MLP whose composed form's parameters, packed, are given.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one, or holds another shape.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        [inputs, outputs]: [usize; 2],
        dropout: Dropout,
    ) -> std::result::Result<Self, NnError> {
        let named = Named { scope, pack };
        let mixer = Mixer {
            residual: named.range("residual.weight", &[outputs, inputs])?,
            norm: named.affine("norm", &[inputs])?,
            hidden: named.affine("hidden", &[outputs, inputs])?,
            output: named.affine("output", &[outputs, outputs])?,
        };
        Ok(Self { packed, mixer: Arc::new(mixer), dropout })
    }

    /// x (B, R, n, L) to (B, R, n', L).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        let (batch, rows, inputs, behind) = x.dims4()?;
        if inputs != self.mixer.inputs() {
            bail!("an MLP of {} numbers along an axis of {inputs}", self.mixer.inputs());
        }
        let (mixer, drops) = (Arc::clone(&self.mixer), self.dropout.drops(key));
        x.contiguous()?.apply_op2(&self.packed, Operation(MixerPass { mixer, batch, rows, behind, drops }))
    }
}

struct Operation(MixerPass);

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused MLP along an axis"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        let y = self.0.forward(numbers(x, xl)?, numbers(p, pl)?);
        Ok((CpuStorage::F32(y), self.0.shape().as_slice().into()))
    }

    fn bwd(&self, x: &Tensor, packed: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (dx, of_packed) =
            read(&dy.contiguous()?, |dy| read(x, |x| read(packed, |packed| Ok(self.0.backward(x, packed, dy)))))?;
        Ok((gradient(x, dx)?, gradient(packed, of_packed)?))
    }
}
