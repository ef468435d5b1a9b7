//! The fused [`PairScores`](crate::PairScores) as one operation on (x, y, packed parameters). Of a pair nothing is kept:
//! backward computes it again.
//!
//! Groups of rows of x, each with all of y, go on different threads; what they add to gradients is added in their order.

use super::jobs::each;
use super::pair_block::{Backward, Forward, Pairs, Slopes};
use super::pair_parameters::{PairScores, Parameters};
use pulp::Arch;
use std::ops::Range;
use std::sync::Arc;

/// So many multiplications of a layer are worth a thread.
const WORK: usize = 1 << 21;

/// The scores of N rows of x with M others.
pub struct PairScoresPass {
    /// By which network.
    pub scores: Arc<PairScores>,
    /// N.
    pub rows: usize,
    /// M.
    pub others: usize,
}

impl PairScoresPass {
    /// What `work` gives for each group, told which rows of x are its own.
    fn by_group<R: Send>(
        &self,
        x: &[f32],
        y: &[f32],
        packed: &[f32],
        work: impl Fn(Range<usize>, Pairs<'_>) -> R + Send + Sync,
    ) -> Vec<R> {
        let size = self.scores.size();
        let parameters = Parameters::of(&self.scores, packed);
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

    /// The scores (N, M) of x (N, P) and y (M, P).
    #[must_use]
    pub fn forward(&self, x: &[f32], y: &[f32], packed: &[f32]) -> Vec<f32> {
        self.by_group(x, y, packed, |_, pairs| Arch::new().dispatch(Forward(pairs))).concat()
    }

    /// The gradients of x, y and the parameters from those of the scores.
    #[must_use]
    pub fn backward(&self, x: &[f32], y: &[f32], packed: &[f32], slopes: &[f32]) -> [Vec<f32>; 3] {
        let groups = self.by_group(x, y, packed, |rows, pairs| {
            let slopes = &slopes[rows.start * self.others..rows.end * self.others];
            Arch::new().dispatch(Backward { pairs, slopes })
        });
        let mut total = Slopes::zeros(self.scores.size(), self.others);
        groups.into_iter().for_each(|group| total.add(group));
        [total.x, total.y, total.parameters.packed(&self.scores)]
    }
}
