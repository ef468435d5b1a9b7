//! What looks wrong in a readable sequence, without being reason enough to refuse it.

use std::fmt;

use crate::{Features, Sequence};

/// Something that alignment or training should know about.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// The sequence has no entries.
    Empty,
    /// A row's interval is not finite or ends before it starts.
    Interval {
        /// Entry id.
        id: String,
        /// Row.
        row: usize,
        /// Start and end in seconds.
        got: [f64; 2],
    },
    /// A row's interval has no length; alignment drops it.
    Moment {
        /// Entry id.
        id: String,
        /// Row.
        row: usize,
        /// The moment in seconds.
        at: f64,
    },
    /// A row starts before the one above it.
    Unsorted {
        /// Entry id.
        id: String,
        /// Row.
        row: usize,
    },
    /// An entry's features differ in width from the first entry's.
    Width {
        /// Entry id.
        id: String,
        /// Columns of the first entry.
        expected: usize,
        /// Columns of this entry.
        got: usize,
    },
    /// An entry holds values that are NaN or infinite.
    NonFinite {
        /// Entry id.
        id: String,
        /// Number of such values.
        values: usize,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "no entries"),
            Self::Interval { id, row, got: [start, end] } => write!(f, "`{id}` row {row}: interval {start} to {end}"),
            Self::Moment { id, row, at } => write!(f, "`{id}` row {row}: interval of no length at {at}"),
            Self::Unsorted { id, row } => write!(f, "`{id}` row {row}: starts before the row above"),
            Self::Width { id, expected, got } => write!(f, "`{id}`: expected {expected} columns, got {got}"),
            Self::NonFinite { id, values } => write!(f, "`{id}`: {values} values are NaN or infinite"),
        }
    }
}

/// Everything odd about a sequence, entry by entry in order.
#[must_use]
pub fn check(sequence: &Sequence) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(expected) = sequence.entries.values().next().map(|entry| entry.features.width()) else {
        return vec![Finding::Empty];
    };
    for (id, entry) in &sequence.entries {
        let mut last = f64::NEG_INFINITY;
        for (row, &[start, end]) in entry.intervals.iter().enumerate() {
            if !start.is_finite() || !end.is_finite() || end < start {
                findings.push(Finding::Interval { id: id.clone(), row, got: [start, end] });
                continue;
            }
            if end == start {
                findings.push(Finding::Moment { id: id.clone(), row, at: start });
            }
            if start < last {
                findings.push(Finding::Unsorted { id: id.clone(), row });
            }
            last = start;
        }
        let got = entry.features.width();
        if got != expected {
            findings.push(Finding::Width { id: id.clone(), expected, got });
        }
        let values = match &entry.features {
            Features::F32(rows) => rows.values.iter().filter(|value| !value.is_finite()).count(),
            Features::F64(rows) => rows.values.iter().filter(|value| !value.is_finite()).count(),
            Features::Texts(_) => 0,
        };
        if values > 0 {
            findings.push(Finding::NonFinite { id: id.clone(), values });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, Rows};

    #[test]
    fn each_oddity_is_found_where_it_is() {
        assert_eq!(check(&Sequence::default()), [Finding::Empty]);
        let entry = |intervals: Vec<[f64; 2]>, width: usize, fill: f32| Entry {
            features: Features::F32(Rows::flat(width, vec![fill; intervals.len() * width])),
            intervals,
        };
        let mut sequence = Sequence::default();
        sequence.entries.insert("a".into(), entry(vec![[0.0, 1.0], [1.0, 2.0]], 3, 0.0));
        assert_eq!(check(&sequence), []);
        sequence.entries.insert("b".into(), entry(vec![[1.0, 1.0], [0.5, 0.2], [0.9, 1.5]], 2, f32::NAN));
        assert_eq!(
            check(&sequence),
            [
                Finding::Moment { id: "b".into(), row: 0, at: 1.0 },
                Finding::Interval { id: "b".into(), row: 1, got: [0.5, 0.2] },
                Finding::Unsorted { id: "b".into(), row: 2 },
                Finding::Width { id: "b".into(), expected: 3, got: 2 },
                Finding::NonFinite { id: "b".into(), values: 6 },
            ]
        );
    }
}
