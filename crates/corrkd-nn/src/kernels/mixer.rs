//! The fused [`Mixer`](crate::Mixer) as one operation on (x, packed parameters), x (B, R, n, L) along its axis of n numbers.
//! Nothing is kept: backward computes it again.
//!
//! Groups of the B R blocks go on different threads; what they add to gradients is added in their order.

use super::jobs::{add, each};
use super::mixer_block::{Backward, Forward, Sums};
use super::storage::{numbers, read};
use crate::dropout::Drops;
use crate::params::Pack;
use crate::{Dropout, DropoutKey, NnError, Scope};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use pulp::Arch;
use std::ops::Range;
use std::sync::Arc;

/// Groups of blocks: as many threads as one batch can keep busy, and as many sums of gradients to add up.
const GROUPS: usize = 8;

/// The MLP over one packed parameter tensor.
pub(crate) struct FusedMixer {
    packed: Tensor,
    places: Arc<Places>,
    dropout: Dropout,
}

/// Where each parameter lies in the pack.
pub(super) struct Places {
    /// n.
    pub(super) inputs: usize,
    /// n'.
    pub(super) outputs: usize,
    residual: Range<usize>,
    gain: Range<usize>,
    bias: Range<usize>,
    hidden: Range<usize>,
    hidden_bias: Range<usize>,
    output: Range<usize>,
    output_bias: Range<usize>,
}

/// The parameters, each row after row: weights (n', n), that of the output (n', n'); gain and bias of the normalisation (n).
#[derive(Clone, Copy)]
pub(super) struct Parameters<'a> {
    pub(super) residual: &'a [f32],
    pub(super) gain: &'a [f32],
    pub(super) bias: &'a [f32],
    pub(super) hidden: &'a [f32],
    pub(super) hidden_bias: &'a [f32],
    pub(super) output: &'a [f32],
    pub(super) output_bias: &'a [f32],
}

impl Places {
    fn of<'a>(&self, packed: &'a [f32]) -> Parameters<'a> {
        let part = |place: &Range<usize>| &packed[place.clone()];
        Parameters {
            residual: part(&self.residual),
            gain: part(&self.gain),
            bias: part(&self.bias),
            hidden: part(&self.hidden),
            hidden_bias: part(&self.hidden_bias),
            output: part(&self.output),
            output_bias: part(&self.output_bias),
        }
    }

    /// The sums as the parameters lie in the pack.
    fn packed(&self, sums: &Sums) -> Vec<f32> {
        let parts = [
            (&sums.residual, &self.residual, self.inputs),
            (&sums.gain, &self.gain, self.inputs),
            (&sums.bias, &self.bias, self.inputs),
            (&sums.hidden, &self.hidden, self.inputs),
            (&sums.hidden_bias, &self.hidden_bias, self.outputs),
            (&sums.output, &self.output, self.outputs),
            (&sums.output_bias, &self.output_bias, self.outputs),
        ];
        let mut packed = vec![0.0; parts.iter().map(|(_, place, _)| place.len()).sum()];
        for (from, place, width) in parts {
            let rows = place.len() / width;
            let stride = from.len() / rows;
            let to = packed[place.clone()].chunks_exact_mut(width);
            to.zip(from.chunks_exact(stride)).for_each(|(to, from)| to.copy_from_slice(&from[..width]));
        }
        packed
    }
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
        let place = |leaf: &str, shape: &[usize]| pack.range(&scope.path(leaf), shape);
        let places = Places {
            inputs,
            outputs,
            residual: place("residual.weight", &[outputs, inputs])?,
            gain: place("norm.weight", &[inputs])?,
            bias: place("norm.bias", &[inputs])?,
            hidden: place("hidden.weight", &[outputs, inputs])?,
            hidden_bias: place("hidden.bias", &[outputs])?,
            output: place("output.weight", &[outputs, outputs])?,
            output_bias: place("output.bias", &[outputs])?,
        };
        Ok(Self { packed, places: Arc::new(places), dropout })
    }

    /// x (B, R, n, L) to (B, R, n', L).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        let (batch, rows, inputs, behind) = x.dims4()?;
        if inputs != self.places.inputs {
            bail!("an MLP of {} numbers along an axis of {inputs}", self.places.inputs);
        }
        let drops = self.dropout.drops(key);
        let operation = Operation { places: Arc::clone(&self.places), batch, rows, behind, drops };
        x.contiguous()?.apply_op2(&self.packed, operation)
    }
}

/// What is done to x (B, R, n, L).
struct Operation {
    places: Arc<Places>,
    batch: usize,
    rows: usize,
    behind: usize,
    drops: Option<Drops>,
}

/// What the passes over a group need to know.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) parameters: Parameters<'a>,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// R.
    pub(super) rows: usize,
    /// L.
    pub(super) behind: usize,
    pub(super) drops: Option<Drops>,
    /// The group's first block.
    pub(super) first: usize,
}

impl Operation {
    /// Blocks in a group.
    fn group(&self) -> usize {
        (self.batch * self.rows).div_ceil(GROUPS).max(1)
    }

    /// The numbers of a group: those of its blocks of n or n' times L.
    fn length(&self, features: usize) -> usize {
        (self.group() * features * self.behind).max(1)
    }

    fn step<'a>(&self, packed: &'a [f32], group: usize) -> Step<'a> {
        let Self { places, rows, behind, drops, .. } = self;
        Step {
            parameters: places.of(packed),
            inputs: places.inputs,
            outputs: places.outputs,
            rows: *rows,
            behind: *behind,
            drops: *drops,
            first: group * self.group(),
        }
    }

    fn forward(&self, x: &[f32], packed: &[f32]) -> Vec<f32> {
        let [of_x, of_y] = [self.places.inputs, self.places.outputs].map(|features| self.length(features));
        let mut y = vec![0.0; x.len() / self.places.inputs * self.places.outputs];
        let jobs = x.chunks(of_x).zip(y.chunks_mut(of_y)).enumerate().collect();
        each(jobs, |(group, (x, y))| Arch::new().dispatch(Forward { step: self.step(packed, group), x, y }));
        y
    }

    /// The gradients of x and of the parameters.
    fn backward(&self, x: &[f32], packed: &[f32], dy: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let [of_x, of_y] = [self.places.inputs, self.places.outputs].map(|features| self.length(features));
        let mut dx = vec![0.0; x.len()];
        let jobs = x.chunks(of_x).zip(dy.chunks(of_y)).zip(dx.chunks_mut(of_x)).enumerate().collect();
        let groups = each(jobs, |(group, ((x, dy), dx))| {
            Arch::new().dispatch(Backward { step: self.step(packed, group), x, dy, dx })
        });
        let mut total = Sums::zeros(self.places.inputs, self.places.outputs);
        for group in &groups {
            total.parts().into_iter().zip(group.all()).for_each(|(total, group)| add(total, group));
        }
        (dx, self.places.packed(&total))
    }
}

impl CustomOp2 for Operation {
    fn name(&self) -> &'static str {
        "fused MLP along an axis"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, p: &CpuStorage, pl: &Layout) -> Result<(CpuStorage, Shape)> {
        let y = self.forward(numbers(x, xl)?, numbers(p, pl)?);
        Ok((CpuStorage::F32(y), (self.batch, self.rows, self.places.outputs, self.behind).into()))
    }

    fn bwd(&self, x: &Tensor, packed: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (dx, gradient) =
            read(&dy.contiguous()?, |dy| read(x, |x| read(packed, |packed| Ok(self.backward(x, packed, dy)))))?;
        let gradient_of = |of: &Tensor, values: Vec<f32>| {
            of.track_op().then(|| Tensor::from_vec(values, of.shape(), of.device())).transpose()
        };
        Ok((gradient_of(x, dx)?, gradient_of(packed, gradient)?))
    }
}
