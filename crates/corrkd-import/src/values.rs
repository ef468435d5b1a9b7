//! The values of a column of labels, and what can be said of them.

use crate::split::Split;

/// What may lie beyond a scale: up to so many times its half, which is 5 of 3.
const REACH: f64 = 5.0 / 3.0;
/// And at most one label in so many, but always two.
const FEW: usize = 10;

/// The values of one column in all folds.
pub(crate) struct Values {
    pub(crate) finite: Vec<f64>,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
    pub(crate) distinct: usize,
}

impl Values {
    pub(crate) fn of(splits: &[Split<'_>; 3], column: usize) -> Self {
        let finite: Vec<f64> =
            splits.iter().flat_map(|split| split.labels.column(column)).filter(|v| v.is_finite()).collect();
        let mut sorted = finite.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        let (least, greatest) = (sorted.first().copied(), sorted.last().copied());
        let distinct = sorted.len();
        Self { finite, least: least.unwrap_or(0.0), greatest: greatest.unwrap_or(0.0), distinct }
    }

    pub(crate) fn are_whole(&self) -> bool {
        self.finite.iter().all(|value| value.fract() == 0.0)
    }

    pub(crate) fn are_yes_or_no(&self) -> bool {
        !self.finite.is_empty() && self.finite.iter().all(|value| matches!(value, 0.0 | 1.0))
    }

    /// Labels beyond a scale, if there are only a few a little beyond it.
    pub(crate) fn beyond(&self, [low, high]: [f64; 2], neutral: f64) -> Option<usize> {
        let beyond = self.finite.iter().filter(|value| !(low..=high).contains(*value)).count();
        let reach = |bound: f64| neutral + (bound - neutral) * REACH;
        let little = reach(low) <= self.least && self.greatest <= reach(high);
        (beyond == 0 || little && beyond <= (self.finite.len() / FEW).max(2)).then_some(beyond)
    }

    /// Whether they are CH-SIMS's: mean votes of annotators, in tenths, that fill [-1, 1] and no more.
    pub(crate) fn are_tenths(&self) -> bool {
        let tenth = |value: f64| (value * 10.0 - (value * 10.0).round()).abs() < 1e-4;
        self.finite.iter().all(|&value| tenth(value)) && !self.are_whole()
    }
}
