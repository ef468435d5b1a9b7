//! The fused [`PairScores`](crate::PairScores) as one operation on (x, y, packed parameters). W1 [x; y] falls into a part
//! of x and a part of y, so that the first layer costs no product for each pair; nothing is kept of a pair, and backward
//! computes it again.
//!
//! Groups of rows of x go on different threads, each with all of y; what they add to gradients is added in their order.

use super::pair_block::{Backward, Forward, Parameters, Sums};
use super::storage::{numbers, read};
use crate::params::Pack;
use crate::{NnError, Scope};
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use pulp::Arch;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// Multiplications of the second layer that are worth a thread.
const GROUP: usize = 1 << 21;

/// The scores over one packed parameter tensor.
pub(crate) struct FusedPairScores {
    packed: Tensor,
    places: Arc<Places>,
}

/// P, the hidden units, and where each parameter lies in the pack.
pub(super) struct Places {
    pub(super) inputs: usize,
    pub(super) hidden: usize,
    /// (hidden, 2P).
    pub(super) first: Range<usize>,
    pub(super) first_bias: Range<usize>,
    /// (hidden, hidden).
    pub(super) second: Range<usize>,
    pub(super) second_bias: Range<usize>,
    /// (1, hidden).
    pub(super) score: Range<usize>,
    pub(super) score_bias: Range<usize>,
    pub(super) length: usize,
}

impl FusedPairScores {
    /// The scores whose composed form's parameters, packed, are given.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the pack lacks one, or holds another shape.
    pub(crate) fn new(
        scope: &Scope<'_>,
        packed: Tensor,
        pack: &Pack,
        inputs: usize,
        hidden: usize,
    ) -> std::result::Result<Self, NnError> {
        let place = |leaf: &str, shape: &[usize]| pack.range(&scope.path(leaf), shape);
        let places = Places {
            inputs,
            hidden,
            first: place("first.weight", &[hidden, 2 * inputs])?,
            first_bias: place("first.bias", &[hidden])?,
            second: place("second.weight", &[hidden, hidden])?,
            second_bias: place("second.bias", &[hidden])?,
            score: place("score.weight", &[1, hidden])?,
            score_bias: place("score.bias", &[1])?,
            length: packed.elem_count(),
        };
        Ok(Self { packed, places: Arc::new(places) })
    }

    /// As [`PairScores::forward`](crate::PairScores::forward).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(crate) fn forward(&self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        let ((_, of_x), (_, of_y)) = (x.dims2()?, y.dims2()?);
        let inputs = self.places.inputs;
        if [of_x, of_y] != [inputs, inputs] {
            bail!("pairs of vectors of {of_x} and {of_y} numbers, expected {inputs}");
        }
        x.contiguous()?.apply_op3(&y.contiguous()?, &self.packed, Operation(Arc::clone(&self.places)))
    }
}

struct Operation(Arc<Places>);

impl Operation {
    /// Rows of x in a group, for M rows of y.
    fn group(&self, others: usize) -> usize {
        GROUP.div_ceil((others * self.0.hidden * self.0.hidden).max(1))
    }

    fn forward(&self, x: &[f32], y: &[f32], packed: &[f32]) -> Vec<f32> {
        let parameters = Parameters::of(&self.0, packed);
        let Places { inputs, .. } = *self.0;
        let others = y.len() / inputs;
        let rows = self.group(others);
        let groups: Vec<&[f32]> = x.chunks(rows * inputs).collect();
        let scores = each(groups, |x| Arch::new().dispatch(Forward { places: &self.0, parameters: &parameters, x, y }));
        scores.concat()
    }

    /// The gradients of x, of y, and of the packed parameters.
    fn backward(&self, x: &[f32], y: &[f32], packed: &[f32], slopes: &[f32]) -> [Vec<f32>; 3] {
        let parameters = Parameters::of(&self.0, packed);
        let Places { inputs, .. } = *self.0;
        let others = y.len() / inputs;
        let rows = self.group(others);
        let groups = x.chunks(rows * inputs).zip(slopes.chunks((rows * others).max(1))).collect();
        let sums = each(groups, |(x, slopes)| {
            Arch::new().dispatch(Backward { places: &self.0, parameters: &parameters, x, y, slopes })
        });
        let mut total = Sums::zeros(&self.0, 0, others);
        for group in sums {
            total.x.extend(group.x);
            add(&mut total.y, &group.y);
            total.parameters.each().into_iter().zip(group.parameters.each()).for_each(|(total, x)| add(total, x));
        }
        [total.x, total.y, total.parameters.packed(&self.0)]
    }
}
