//! The fused [`PairScores`](crate::PairScores) as one operation on (x, y, packed parameters). Of a pair nothing is kept:
//! backward computes it again.
//!
//! Groups of rows of x, each with all of y, go on different threads; what they add to gradients is added in their order.

use super::jobs::each;
use super::pair_block::{Backward, Forward, Pairs, Slopes};
use super::pair_parameters::{Parameters, Places};
use super::storage::{numbers, read};
use crate::params::Pack;
use crate::{NnError, Scope};
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use pulp::Arch;
use std::ops::Range;
use std::sync::Arc;

/// So many multiplications of a layer are worth a thread.
const WORK: usize = 1 << 21;

/// The scores over one packed parameter tensor.
pub(crate) struct FusedPairScores {
    packed: Tensor,
    places: Arc<Places>,
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
        Ok(Self { packed, places: Arc::new(Places::new(scope, pack, inputs, hidden)?) })
    }

    /// As [`PairScores::forward`](crate::PairScores::forward).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(&self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        let ((rows, of_x), (others, of_y)) = (x.dims2()?, y.dims2()?);
        let inputs = self.places.size.inputs;
        if [of_x, of_y] != [inputs, inputs] {
            bail!("pairs of vectors of {of_x} and of {of_y} numbers, expected {inputs}");
        }
        let operation = Operation { places: Arc::clone(&self.places), rows, others };
        x.contiguous()?.apply_op3(&y.contiguous()?, &self.packed, operation)
    }
}

/// The scores of N rows of x with M others.
struct Operation {
    places: Arc<Places>,
    rows: usize,
    others: usize,
}

impl Operation {
    /// What `work` gives for each group, told which rows of x are its own.
    fn by_group<R: Send>(
        &self,
        x: &[f32],
        y: &[f32],
        packed: &[f32],
        work: impl Fn(Range<usize>, Pairs<'_>) -> R + Send + Sync,
    ) -> Vec<R> {
        let size = self.places.size;
        let parameters = Parameters::of(&self.places, packed);
        let transposed = parameters.second_transposed(size);
        let rows = WORK.div_ceil((self.others * size.hidden * size.hidden).max(1));
        let groups: Vec<_> = (0..self.rows).step_by(rows).map(|first| first..self.rows.min(first + rows)).collect();
        each(groups, |rows: Range<usize>| {
            let x = &x[rows.start * size.inputs..rows.end * size.inputs];
            let (parameters, transposed) = (&parameters, &*transposed);
            let pairs = Pairs { size, parameters, transposed, x, y, rows: rows.len(), others: self.others };
            work(rows, pairs)
        })
    }

    /// The gradients of x, y and the parameters from those of the scores.
    fn backward(&self, x: &[f32], y: &[f32], packed: &[f32], slopes: &[f32]) -> Slopes {
        let groups = self.by_group(x, y, packed, |rows, pairs| {
            let slopes = &slopes[rows.start * self.others..rows.end * self.others];
            Arch::new().dispatch(Backward { pairs, slopes })
        });
        let mut total = Slopes::zeros(self.places.size, self.others);
        groups.into_iter().for_each(|group| total.add(group));
        total
    }
}

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
        let [x, y, packed] = [numbers(x, xl)?, numbers(y, yl)?, numbers(p, pl)?];
        let scores = self.by_group(x, y, packed, |_, pairs| Arch::new().dispatch(Forward(pairs)));
        Ok((CpuStorage::F32(scores.concat()), (self.rows, self.others).into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        y: &Tensor,
        packed: &Tensor,
        _scores: &Tensor,
        slopes: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let total = read(&slopes.contiguous()?, |slopes| {
            read(x, |x| read(y, |y| read(packed, |packed| Ok(self.backward(x, y, packed, slopes)))))
        })?;
        let gradient = |of: &Tensor, values: Vec<f32>| {
            of.track_op().then(|| Tensor::from_vec(values, of.shape(), of.device())).transpose()
        };
        let parameters = total.parameters.packed(&self.places);
        Ok((gradient(x, total.x)?, gradient(y, total.y)?, gradient(packed, parameters)?))
    }
}
