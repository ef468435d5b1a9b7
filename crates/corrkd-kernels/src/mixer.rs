//! The fused [`Mixer`](crate::Mixer) as one operation on (x, packed parameters), x (B, R, n, L) along its axis of n numbers.
//! Nothing is kept: backward computes it again.
//!
//! Groups of the B R blocks go on different threads; what they add to gradients is added in their order.

use super::dropout::Drops;
use super::jobs::{add, each};
use super::mixer_block::{Backward, Forward, Sums};
use super::places::Affine;
use pulp::Arch;
use std::ops::Range;
use std::sync::Arc;

/// Groups of blocks: as many threads as one batch can keep busy, and as many sums of gradients to add up.
const GROUPS: usize = 8;

/// An MLP of n to n' numbers, and where each of its parameters lies among packed ones.
#[derive(Clone, Debug)]
pub struct Mixer {
    /// The weight (n', n) on the way around.
    pub residual: Range<usize>,
    /// The normalisation (n).
    pub norm: Affine,
    /// The first layer (n', n).
    pub hidden: Affine,
    /// The second (n', n').
    pub output: Affine,
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

impl Mixer {
    /// n.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.norm.bias.len()
    }

    /// n'.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.output.bias.len()
    }

    fn parameters<'a>(&self, packed: &'a [f32]) -> Parameters<'a> {
        let [gain, bias] = self.norm.of(packed);
        let [hidden, hidden_bias] = self.hidden.of(packed);
        let [output, output_bias] = self.output.of(packed);
        let residual = &packed[self.residual.clone()];
        Parameters { residual, gain, bias, hidden, hidden_bias, output, output_bias }
    }

    /// The sums as the parameters lie in the pack.
    fn packed(&self, sums: &Sums) -> Vec<f32> {
        let (inputs, outputs) = (self.inputs(), self.outputs());
        let parts = [
            (&sums.residual, &self.residual, inputs),
            (&sums.gain, &self.norm.weight, inputs),
            (&sums.bias, &self.norm.bias, inputs),
            (&sums.hidden, &self.hidden.weight, inputs),
            (&sums.hidden_bias, &self.hidden.bias, outputs),
            (&sums.output, &self.output.weight, outputs),
            (&sums.output_bias, &self.output.bias, outputs),
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

/// What is done to x (B, R, n, L).
pub struct MixerPass {
    /// By which MLP.
    pub mixer: Arc<Mixer>,
    /// B.
    pub batch: usize,
    /// R.
    pub rows: usize,
    /// L.
    pub behind: usize,
    /// Dropout on what comes out of the second layer.
    pub drops: Option<Drops>,
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

impl MixerPass {
    /// The answers' shape, (B, R, n', L).
    #[must_use]
    pub fn shape(&self) -> [usize; 4] {
        [self.batch, self.rows, self.mixer.outputs(), self.behind]
    }

    /// Blocks in a group.
    fn group(&self) -> usize {
        (self.batch * self.rows).div_ceil(GROUPS).max(1)
    }

    /// The numbers of a group: those of its blocks of n or n' times L.
    fn length(&self, features: usize) -> usize {
        (self.group() * features * self.behind).max(1)
    }

    fn step<'a>(&self, packed: &'a [f32], group: usize) -> Step<'a> {
        let Self { mixer, rows, behind, drops, .. } = self;
        Step {
            parameters: mixer.parameters(packed),
            inputs: mixer.inputs(),
            outputs: mixer.outputs(),
            rows: *rows,
            behind: *behind,
            drops: *drops,
            first: group * self.group(),
        }
    }

    /// y of x.
    #[must_use]
    pub fn forward(&self, x: &[f32], packed: &[f32]) -> Vec<f32> {
        let [of_x, of_y] = [self.mixer.inputs(), self.mixer.outputs()].map(|features| self.length(features));
        let mut y = vec![0.0; x.len() / self.mixer.inputs() * self.mixer.outputs()];
        let jobs = x.chunks(of_x).zip(y.chunks_mut(of_y)).enumerate().collect();
        each(jobs, |(group, (x, y))| Arch::new().dispatch(Forward { step: self.step(packed, group), x, y }));
        y
    }

    /// The gradients of x and of the parameters.
    #[must_use]
    pub fn backward(&self, x: &[f32], packed: &[f32], dy: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let [of_x, of_y] = [self.mixer.inputs(), self.mixer.outputs()].map(|features| self.length(features));
        let mut dx = vec![0.0; x.len()];
        let jobs = x.chunks(of_x).zip(dy.chunks(of_y)).zip(dx.chunks_mut(of_x)).enumerate().collect();
        let groups = each(jobs, |(group, ((x, dy), dx))| {
            Arch::new().dispatch(Backward { step: self.step(packed, group), x, dy, dx })
        });
        let mut total = Sums::zeros(self.mixer.inputs(), self.mixer.outputs());
        for group in &groups {
            total.parts().into_iter().zip(group.all()).for_each(|(total, group)| add(total, group));
        }
        (dx, self.mixer.packed(&total))
    }
}
