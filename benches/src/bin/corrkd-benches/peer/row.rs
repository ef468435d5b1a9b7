//! A program's figures for a work, beside ours.

use super::works::Work;
use crate::quantiles::{median, quantile};

/// The seconds of each repetition, block by block.
pub(super) type Blocks = Vec<Vec<f64>>;

/// A line of the outcome.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) work: &'static str,
    pub(super) threads: usize,
    pub(super) program: &'static str,
    /// Seconds of a repetition: the first quartile, the median and the third.
    pub(super) quartiles: [f64; 3],
    /// Our time over the program's.
    pub(super) ratio: Option<Ratio>,
    /// What the ratio is to be at most.
    pub(super) target: Option<f64>,
}

/// A ratio, taken in each block by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ratio {
    /// The blocks' median.
    pub(super) median: f64,
    /// The least and the greatest of the blocks.
    pub(super) range: [f64; 2],
}

impl Ratio {
    /// Of the medians of blocks that were measured in turn.
    fn of(ours: &Blocks, theirs: &Blocks) -> Self {
        let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| median(ours) / median(theirs)).collect();
        Self { median: median(&ratios), range: [quantile(&ratios, 0.0), quantile(&ratios, 1.0)] }
    }

    /// Whether the blocks say so different things that something else must have been at work.
    pub(super) fn is_unsteady(self) -> bool {
        self.range[1] > 1.5 * self.range[0]
    }
}

impl Row {
    /// The row of ours, or of another program beside ours.
    pub(super) fn of(
        work: &Work,
        threads: usize,
        program: &'static str,
        blocks: &Blocks,
        ours: Option<&Blocks>,
    ) -> Self {
        let all = blocks.concat();
        Self {
            work: work.request,
            threads,
            program,
            quartiles: [0.25, 0.5, 0.75].map(|share| quantile(&all, share)),
            ratio: ours.map(|ours| Ratio::of(ours, blocks)),
            target: (program == super::VARIANTS[0]).then(|| work.targets[threads - 1]),
        }
    }

    /// Whether it keeps to its target, if it has one.
    pub(super) fn reached(&self) -> Option<bool> {
        Some(self.ratio?.median <= self.target?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_block_by_block() {
        // The machine is twice as slow in the second block: the ratio stays.
        let ours = vec![vec![1.0, 1.0, 9.0], vec![2.0, 2.0], vec![1.2, 1.2]];
        let theirs = vec![vec![4.0, 4.0, 4.0], vec![8.0, 8.0], vec![4.0, 4.0]];
        let ratio = Ratio::of(&ours, &theirs);
        assert!((ratio.median - 0.25).abs() < 1e-12);
        assert!((ratio.range[0] - 0.25).abs() < 1e-12 && (ratio.range[1] - 0.3).abs() < 1e-12);
        assert!(!ratio.is_unsteady());
        assert!(Ratio { median: 0.25, range: [0.2, 0.31] }.is_unsteady());
    }

    #[test]
    fn only_the_first_variant_has_a_target() {
        let work = Work { request: "step", repeat: 1, targets: [0.3, 0.2], variants: 2 };
        let (ours, theirs) = (vec![vec![1.0], vec![1.0]], vec![vec![4.0], vec![4.0]]);
        let reached = |program, threads| Row::of(&work, threads, program, &theirs, Some(&ours)).reached();
        assert_eq!([reached("eager", 1), reached("eager", 2), reached("sdpa", 1)], [Some(true), Some(false), None]);
        let own = Row::of(&work, 1, "ours", &ours, None);
        assert_eq!((own.quartiles, own.ratio, own.target, own.reached()), ([1.0; 3], None, None, None));
    }
}
