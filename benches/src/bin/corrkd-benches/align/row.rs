//! A work's seconds by turn: ours beside the SDK's.

use crate::quantiles::{median, quantile};

/// What both took for a video, one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Turn {
    pub(super) ours: f64,
    pub(super) theirs: f64,
}

/// A line of the outcome.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) work: &'static str,
    pub(super) turns: Vec<Turn>,
    /// How many times faster than the SDK it is to be.
    pub(super) target: Option<f64>,
}

impl Row {
    /// The medians of ours and of theirs.
    pub(super) fn medians(&self) -> [f64; 2] {
        let of = |one: fn(&Turn) -> f64| median(&self.turns.iter().map(one).collect::<Vec<_>>());
        [of(|turn| turn.ours), of(|turn| turn.theirs)]
    }

    /// How many times faster ours is, taken in each turn by itself: the least, the median and the most.
    pub(super) fn ratio(&self) -> [f64; 3] {
        let ratios: Vec<f64> = self.turns.iter().map(|turn| turn.theirs / turn.ours).collect();
        [0.0, 0.5, 1.0].map(|share| quantile(&ratios, share))
    }

    /// Whether it is as fast as it is to be.
    pub(super) fn reached(&self) -> Option<bool> {
        Some(self.ratio()[1] >= self.target?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_turn_by_turn() {
        // The machine is twice as slow in the second turn: the ratio stays.
        let turns = [(0.01, 1.0), (0.02, 2.0), (0.01, 1.5)].map(|(ours, theirs)| Turn { ours, theirs }).to_vec();
        let row = Row { work: "a", turns, target: Some(100.0) };
        assert_eq!(row.ratio(), [100.0, 100.0, 150.0]);
        assert_eq!(row.medians(), [0.01, 1.5]);
        assert_eq!(row.reached(), Some(true));
        assert_eq!(Row { target: Some(100.1), ..row.clone() }.reached(), Some(false));
        assert_eq!(Row { target: None, ..row }.reached(), None);
    }
}
