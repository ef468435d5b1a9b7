//! `sort`: rows by their start.

use std::cmp::Ordering;

use super::Mmdataset;
use crate::rows::pick;

impl Mmdataset {
    /// Sorts each entry's rows by start; rows of equal start keep their order (SDK `sort`).
    pub fn sort(&mut self) {
        for (_, entry) in self.sequences.iter_mut().flat_map(|(_, entries)| entries) {
            let start = |row: usize| entry.intervals[row][0];
            let mut order: Vec<usize> = (0..entry.intervals.len()).collect();
            order.sort_by(|&a, &b| match (start(a).is_nan(), start(b).is_nan()) {
                (false, false) => start(a).partial_cmp(&start(b)).unwrap_or(Ordering::Equal),
                (a, b) => a.cmp(&b),
            });
            entry.features = pick(&entry.features, &order);
            entry.intervals = order.iter().map(|&row| entry.intervals[row]).collect();
        }
    }
}
