//! Which rows fall into which segments of time, as `mmdataset.align` of the SDK has it.
//!
//! A row belongs to a segment [r0, r1] if it starts before r1 + eps and ends after r0 - eps; it is cut to the segment and
//! kept if what is left is longer than eps = 1e-5 s. A row that overlaps two segments goes to both. Differences are
//! rounded before they are held against eps, as the SDK does it. The SDK looks at every row for every segment; here the
//! rows are sorted by start, and the window that can overlap is found by bisection.

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

/// For each segment the rows in it, in order of their starts; `None` for a segment shorter than the tolerance, which
/// the SDK skips. Rows of equal start keep their order; rows with a NaN never match.
#[must_use]
pub fn overlaps(segments: &[[f64; 2]], rows: &[[f64; 2]]) -> Vec<Option<Vec<Overlap>>> {
    let mut order: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].iter().all(|t| !t.is_nan())).collect();
    order.sort_by(|&a, &b| rows[a][0].partial_cmp(&rows[b][0]).unwrap_or(Ordering::Equal));
    // The latest end so far never falls, so the rows before the first that reaches a segment can be skipped at once.
    let reach: Vec<f64> = order
        .iter()
        .scan(f64::NEG_INFINITY, |latest, &i| {
            *latest = latest.max(rows[i][1]);
            Some(*latest)
        })
        .collect();
    segments
        .iter()
        .map(|&[start, end]| {
            if (start - end).abs() < EPSILON {
                return None;
            }
            let first = reach.partition_point(|&latest| latest - start <= -EPSILON);
            let inside = order[first..]
                .iter()
                .take_while(|&&row| end - rows[row][0] > -EPSILON)
                .filter(|&&row| rows[row][1] - start > -EPSILON)
                .map(|&row| Overlap { row, interval: [rows[row][0].max(start), rows[row][1].min(end)] })
                .filter(|Overlap { interval: [from, to], .. }| (to - from).abs() > EPSILON);
            Some(inside.collect())
        })
        .collect()
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
