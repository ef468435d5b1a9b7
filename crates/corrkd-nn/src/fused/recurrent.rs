//! A fused layer of a [`Recurrent`](crate::Recurrent), all directions, as one operation on (x, packed parameters).

use super::masks::lengths;
use super::named::Named;
use super::storage::{gradient, like, numbers, read};
use crate::params::Pack;
use crate::recurrent::{RecurrentShape, States};
use crate::{DropoutKey, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::{DirectionParts, RecurrentLayer, RecurrentLayerPass};
use std::sync::Arc;

/// The layer over one packed parameter tensor.
pub(crate) struct FusedRecurrentLayer {
    packed: Tensor,
    layer: Arc<RecurrentLayer>,
}

impl FusedRecurrentLayer {
    /// The layer whose composed form's parameters, packed, are given: those of one direction, and those of the other below
    /// `reverse`.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one, or holds another shape.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        shape: &RecurrentShape,
    ) -> std::result::Result<Self, NnError> {
        let RecurrentShape { cell, inputs, width, bidirectional, .. } = *shape;
        let (named, gates) = (Named { scope, pack }, cell.gates() * width);
        let direction = |prefix: &str| {
            let input = named.affine(&format!("{prefix}input"), &[gates, inputs])?;
            Ok::<_, NnError>(DirectionParts {
                input,
                hidden: named.affine(&format!("{prefix}hidden"), &[gates, width])?,
            })
        };
        let reverse = bidirectional.then(|| direction("reverse.")).transpose()?;
        Ok(Self { packed, layer: Arc::new(RecurrentLayer::new(cell, direction("")?, reverse)) })
    }

    /// The states at all frames of x (B, T, D).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn all(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        self.apply(x, frames, key, false)
    }

    /// These and the final ones.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn states(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<States> {
        let time = x.dim(1)?;
        let rows = self.apply(x, frames, key, true)?; // (B, T + 1, dirs H)
        Ok(States { all: rows.narrow(1, 0, time)?, last: rows.narrow(1, time, 1)?.squeeze(1)? })
    }

    fn apply(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey, last: bool) -> Result<Tensor> {
        let (batch, time, inputs) = x.dims3()?;
        if inputs != self.layer.inputs() {
            bail!("frames of {inputs} numbers, expected {}", self.layer.inputs());
        }
        let keep = !key.is_none() && (x.track_op() || self.packed.track_op());
        let pass = self.layer.pass(&lengths(frames, (batch, time))?, time, last, keep);
        x.contiguous()?.apply_op2(&self.packed, Operation(pass))
    }
}

struct Operation(RecurrentLayerPass);

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused recurrent layer"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        let states = self.0.forward(numbers(x, xl)?, numbers(p, pl)?);
        Ok((CpuStorage::F32(states), self.0.shape().as_slice().into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        packed: &Tensor,
        _states: &Tensor,
        dstates: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let of_x = x.track_op();
        let (dx, of_packed) = read(&dstates.contiguous()?, |dstates| {
            read(x, |x| read(packed, |packed| Ok(self.0.backward(x, packed, dstates, of_x))))
        })?;
        Ok((dx.map(|dx| like(x, dx)).transpose()?, gradient(packed, of_packed)?))
    }
}
