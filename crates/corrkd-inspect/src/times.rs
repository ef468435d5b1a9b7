//! The intervals of an entry's rows: order, gaps, overlaps.

use corrkd_data::EPSILON;
use serde::Serialize;

use crate::clock::Stretch;

/// The intervals of a file's rows, in counts. Overlaps and gaps are those of more than the SDK's tolerance, 1e-5 s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Times {
    /// Rows whose start or end is NaN or infinite.
    pub not_finite: usize,
    /// Rows that end before they start.
    pub reversed: usize,
    /// Rows of no length.
    pub no_length: usize,
    /// Rows that start before the one above.
    pub unsorted: usize,
    /// Rows that start before an earlier row of their entry has ended.
    pub overlapping: usize,
    /// Stretches between rows of an entry that no row covers.
    pub gaps: usize,
    /// All of them together, in seconds.
    pub gap_seconds: f64,
    /// The longest of them, in seconds.
    pub longest_gap: f64,
}

impl Times {
    /// The intervals of one entry, and what its sound ones cover.
    pub(crate) fn of(intervals: &[[f64; 2]]) -> (Self, Option<Stretch>) {
        let mut times = Self::default();
        let mut sound: Vec<[f64; 2]> = Vec::with_capacity(intervals.len());
        for (row, &[start, end]) in intervals.iter().enumerate() {
            times.unsorted += usize::from(row > 0 && start < intervals[row - 1][0]);
            if !start.is_finite() || !end.is_finite() {
                times.not_finite += 1;
            } else if end < start {
                times.reversed += 1;
            } else {
                times.no_length += usize::from(start == end);
                sound.push([start, end]);
            }
        }
        let stretch = Stretch::of(&sound);
        sound.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let Some(&[_, mut reached]) = sound.first() else { return (times, None) };
        for &[start, end] in &sound[1..] {
            let gap = start - reached;
            if gap > EPSILON {
                times.gaps += 1;
                times.gap_seconds += gap;
                times.longest_gap = times.longest_gap.max(gap);
            }
            times.overlapping += usize::from(gap < -EPSILON);
            reached = reached.max(end);
        }
        (times, stretch)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.not_finite += other.not_finite;
        self.reversed += other.reversed;
        self.no_length += other.no_length;
        self.unsorted += other.unsorted;
        self.overlapping += other.overlapping;
        self.gaps += other.gaps;
        self.gap_seconds += other.gap_seconds;
        self.longest_gap = self.longest_gap.max(other.longest_gap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_counts_where_it_belongs() {
        let rows =
            [[4.0, 5.0], [0.0, 1.0], [1.000001, 2.0], [1.5, 3.0], [3.5, 3.5], [9.0, 8.0], [f64::NAN, 1.0], [5.0, 6.0]];
        let (times, stretch) = Times::of(&rows);
        // In order: 0-1, 1.000001-2 (a gap within the tolerance), 1.5-3 over it, 3.5, 4-5, 5-6.
        let expected = Times {
            not_finite: 1,
            reversed: 1,
            no_length: 1,
            unsorted: 1,
            overlapping: 1,
            gaps: 2,
            gap_seconds: 1.0,
            longest_gap: 0.5,
        };
        assert_eq!((times, stretch), (expected, Some(Stretch { first: 0.0, last: 6.0, runs: 1 })));
        assert_eq!(Times::of(&[]), (Times::default(), None));
    }
}
