//! The fused [`PairScores`](crate::PairScores) as one operation on (x, y, packed parameters).

use super::named::Named;
use super::storage::{gradient, numbers, read};
use crate::params::Pack;
use crate::{NnError, Scope};
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use corrkd_kernels::{PairScores, PairScoresPass};
use std::sync::Arc;

/// The scores over one packed parameter tensor.
pub(crate) struct FusedPairScores {
    packed: Tensor,
    scores: Arc<PairScores>,
}

impl FusedPairScores {
    /// The scores whose composed form's parameters, packed, are given.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one, or holds another shape.
    pub(crate) fn new(
        scope: &Scope<'_>,
        (packed, pack): (Tensor, &Pack),
        inputs: usize,
        hidden: usize,
    ) -> std::result::Result<Self, NnError> {
        let named = Named { scope, pack };
        let scores = PairScores {
            first: named.affine("first", &[hidden, 2 * inputs])?,
            second: named.affine("second", &[hidden, hidden])?,
            score: named.affine("score", &[1, hidden])?,
        };
        Ok(Self { packed, scores: Arc::new(scores) })
    }

    /// As [`PairScores::forward`](crate::PairScores::forward).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(&self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        let ((rows, of_x), (others, of_y)) = (x.dims2()?, y.dims2()?);
        let inputs = self.scores.inputs();
        if [of_x, of_y] != [inputs, inputs] {
            bail!("pairs of vectors of {of_x} and of {of_y} numbers, expected {inputs}");
        }
        let operation = Operation(PairScoresPass { scores: Arc::clone(&self.scores), rows, others });
        x.contiguous()?.apply_op3(&y.contiguous()?, &self.packed, operation)
    }
}

struct Operation(PairScoresPass);

impl CustomOp3 for Operation {
    fn name(&self) -> &'static str {
        "fused pair scores"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        xl: &Layout,
        y: &CpuStorage,
        yl: &Layout,
        p: &CpuStorage,
        pl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let scores = self.0.forward(numbers(x, xl)?, numbers(y, yl)?, numbers(p, pl)?);
        Ok((CpuStorage::F32(scores), (self.0.rows, self.0.others).into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        y: &Tensor,
        packed: &Tensor,
        _scores: &Tensor,
        slopes: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [of_x, of_y, of_packed] = read(&slopes.contiguous()?, |slopes| {
            read(x, |x| read(y, |y| read(packed, |packed| Ok(self.0.backward(x, y, packed, slopes)))))
        })?;
        Ok((gradient(x, of_x)?, gradient(y, of_y)?, gradient(packed, of_packed)?))
    }
}
