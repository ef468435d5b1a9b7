//! Which rows fall into which segments of time, as `mmdataset.align` of the SDK has it.
//!
//! A row belongs to a segment [r0, r1] if it starts before r1 + eps and ends after r0 - eps; it is cut to the segment and
//! kept if what is left is longer than eps = 1e-5 s. A row that overlaps two segments goes to both. Differences are
//! rounded before they are held against eps, as the SDK does it. The SDK looks at every row for every segment; here the
//! rows are sorted by start, and the window that can overlap is found by bisection.

use std::borrow::Cow;
use std::cmp::Ordering;

/// The SDK's tolerance in seconds (`epsilon = 10e-6`).
pub const EPSILON: f64 = 1e-5;

/// A row within a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Index of the row.
    pub row: usize,
    /// The row's interval cut to the segment, in seconds.
    pub interval: [f64; 2],
}

/// Rows in order of their starts, to be asked which of them are in a segment.
pub(crate) struct Timeline<'a> {
    rows: Cow<'a, [[f64; 2]]>,
    /// Which row each of them is, where they are not in order by themselves. Rows of equal start keep their order; those
    /// with a NaN are left out.
    order: Option<Vec<usize>>,
    /// The latest end so far, which never falls: the rows before the first that reaches a segment can be skipped at once.
    reach: Vec<f64>,
}

impl<'a> Timeline<'a> {
    pub(crate) fn of(rows: &'a [[f64; 2]]) -> Self {
        let sound = |row: &[f64; 2]| row.iter().all(|time| !time.is_nan());
        let (rows, order) = if rows.iter().all(sound) && rows.is_sorted_by(|a, b| a[0] <= b[0]) {
            (Cow::Borrowed(rows), None)
        } else {
            let mut order: Vec<usize> = (0..rows.len()).filter(|&row| sound(&rows[row])).collect();
            order.sort_by(|&a, &b| rows[a][0].partial_cmp(&rows[b][0]).unwrap_or(Ordering::Equal));
            (order.iter().map(|&row| rows[row]).collect(), Some(order))
        };
        let latest = |latest: &mut f64, [_, end]: &[f64; 2]| {
            *latest = latest.max(*end);
            Some(*latest)
        };
        Self { reach: rows.iter().scan(f64::NEG_INFINITY, latest).collect(), rows, order }
    }

    /// The rows in a segment, in order.
    pub(crate) fn within(&self, [start, end]: [f64; 2]) -> impl Iterator<Item = Overlap> {
        self.near([start, end])
            .filter(move |(_, [_, to])| to - start > -EPSILON)
            .map(move |(row, [from, to])| Overlap { row, interval: [from.max(start), to.min(end)] })
            .filter(|Overlap { interval: [from, to], .. }| (to - from).abs() > EPSILON)
    }

    /// The rows that are looked at for a segment: those that start before its end, from the first that reaches it.
    fn near(&self, [start, end]: [f64; 2]) -> impl Iterator<Item = (usize, [f64; 2])> {
        let first = self.reach.partition_point(|&latest| latest - start <= -EPSILON);
        let number = move |at: usize| self.order.as_ref().map_or(first + at, |order| order[first + at]);
        let near = self.rows[first..].iter().take_while(move |[from, _]| end - from > -EPSILON);
        near.enumerate().map(move |(at, &row)| (number(at), row))
    }
}

/// Whether a segment is one: the SDK skips those shorter than the tolerance.
pub(crate) fn lasts([start, end]: &[f64; 2]) -> bool {
    let length = (start - end).abs();
    length >= EPSILON || length.is_nan()
}

/// For each segment the rows in it, in order of their starts; `None` for a segment shorter than the tolerance, which
/// the SDK skips. Rows of equal start keep their order; rows with a NaN never match.
#[must_use]
pub fn overlaps(segments: &[[f64; 2]], rows: &[[f64; 2]]) -> Vec<Option<Vec<Overlap>>> {
    let rows = Timeline::of(rows);
    segments.iter().map(|segment| lasts(segment).then(|| rows.within(*segment).collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The SDK's own loop: every row for every segment.
    fn full_scan(segments: &[[f64; 2]], rows: &[[f64; 2]]) -> Vec<Option<Vec<Overlap>>> {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|&a, &b| rows[a][0].partial_cmp(&rows[b][0]).unwrap());
        let segment = |&[r0, r1]: &[f64; 2]| {
            if (r0 - r1).abs() < 10e-6 {
                return None;
            }
            let mut kept = Vec::new();
            for &row in &order {
                let [s0, s1] = rows[row];
                if r1 - s0 > -10e-6 && s1 - r0 > -10e-6 {
                    let interval = [s0.max(r0), s1.min(r1)];
                    if (interval[0] - interval[1]).abs() > 10e-6 {
                        kept.push(Overlap { row, interval });
                    }
                }
            }
            Some(kept)
        };
        segments.iter().map(segment).collect()
    }

    /// Intervals on a grid around the tolerance, so that touching, empty, reversed and equal ones are common.
    fn intervals() -> impl Strategy<Value = Vec<[f64; 2]>> {
        let time =
            prop_oneof![(0i32..40).prop_map(|k| f64::from(k) * 5e-6), (0i32..40).prop_map(f64::from), 0.0..40.0f64,];
        prop::collection::vec((time.clone(), time).prop_map(|(a, b)| [a, b]), 0..30)
    }

    proptest! {
        #[test]
        fn bisection_finds_what_the_full_scan_finds(segments in intervals(), rows in intervals()) {
            prop_assert_eq!(overlaps(&segments, &rows), full_scan(&segments, &rows));
        }
    }

    /// What is looked at in vain are a row before and one behind each segment, however many rows there are.
    #[test]
    fn work_grows_with_the_rows_and_no_faster() {
        let line = |count: u32| -> Vec<[f64; 2]> {
            (0..count).map(f64::from).map(|i| [i / f64::from(count), (i + 1.0) / f64::from(count)]).collect()
        };
        for (rows, segments) in [(1_000, 50), (16_000, 800), (16_000, 7)] {
            let (rows, segments) = (line(rows), line(segments));
            let timeline = Timeline::of(&rows);
            let looked_at: usize = segments.iter().map(|&segment| timeline.near(segment).count()).sum();
            let found: usize = segments.iter().map(|&segment| timeline.within(segment).count()).sum();
            assert!(found >= rows.len(), "{found}");
            assert!(looked_at <= rows.len() + 3 * segments.len(), "{looked_at}");
        }
    }

    #[test]
    fn a_row_over_a_border_goes_to_both_sides() {
        let row = |interval| Some(vec![Overlap { row: 0, interval }]);
        let segments = [[0.0, 1.0], [1.0, 2.0], [1.5, 1.5], [3.0, 4.0]];
        assert_eq!(overlaps(&segments, &[[0.5, 1.5]]), [row([0.5, 1.0]), row([1.0, 1.5]), None, Some(vec![])]);
    }

    #[test]
    fn rows_and_segments_without_a_time_match_nothing() {
        let rows = [[f64::NAN, 1.0], [0.0, f64::NAN], [0.2, 0.4]];
        let found = overlaps(&[[0.0, 1.0], [f64::NAN, 1.0]], &rows);
        assert_eq!(found, [Some(vec![Overlap { row: 2, interval: [0.2, 0.4] }]), Some(vec![])]);
    }
}
