//! One row made of several: what the SDK calls collapse functions.
//!
//! The SDK takes functions of NumPy (`np.average`, `np.max`, the last row). A mean is summed in double precision here
//! and rounded once; NumPy sums single precision row by row, so its last digits differ.

use corrkd_csd::{Features, Rows};
use serde::Deserialize;
use std::fmt;

use crate::rows::pick_rows;

/// A collapse function, (n, D) -> (1, D).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Collapse {
    /// The mean of each column.
    Mean,
    /// The greatest value of each column; NaN if one is.
    Max,
    /// The last row.
    Last,
}

impl fmt::Display for Collapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mean => "mean",
            Self::Max => "max",
            Self::Last => "last",
        })
    }
}

impl Collapse {
    /// What becomes of the rows of `features` at `picked`, at least one. Texts have a last row, and nothing else.
    ///
    /// With `finite`, a column takes no notice of values that are NaN or infinite (COVAREP holds both: one bad frame
    /// must not spoil the word it belongs to), and is 0 where it has no other.
    pub(crate) fn apply(self, features: &Features, picked: &[usize], finite: bool) -> Option<Features> {
        Some(match features {
            Features::F32(rows) => Features::F32(self.numbers(rows, picked, finite, |value| value as f32)),
            Features::F64(rows) => Features::F64(self.numbers(rows, picked, finite, |value| value)),
            Features::Texts(rows) if self == Self::Last => {
                Features::Texts(pick_rows(rows, &picked[picked.len() - 1..]))
            }
            Features::Texts(_) => return None,
        })
    }

    fn numbers<T: Copy + Into<f64>>(
        self,
        rows: &Rows<T>,
        picked: &[usize],
        finite: bool,
        round: impl Fn(f64) -> T,
    ) -> Rows<T> {
        let width = rows.width();
        // Per column: what the values seen so far come to, and how many they are.
        let mut columns = vec![(0.0f64, 0u32); width];
        for &row in picked {
            for ((sofar, count), &value) in columns.iter_mut().zip(&rows.values[row * width..(row + 1) * width]) {
                let value = value.into();
                if finite && !value.is_finite() {
                    continue;
                }
                *sofar = match self {
                    Self::Mean => *sofar + value,
                    Self::Last => value,
                    Self::Max if *count == 0 || value.is_nan() => value,
                    // False for a NaN so far, which stays.
                    Self::Max if value > *sofar => value,
                    Self::Max => *sofar,
                };
                *count += 1;
            }
        }
        let finish = |(sofar, count): (f64, u32)| match self {
            Self::Mean => sofar / f64::from(count.max(1)),
            Self::Max | Self::Last => sofar,
        };
        Rows { shape: rows.shape.clone(), values: columns.into_iter().map(|column| round(finish(column))).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAD: [f32; 9] = [1.0, f32::NEG_INFINITY, f32::NAN, f32::NAN, 2.0, f32::INFINITY, 3.0, 5.0, f32::NAN];

    fn apply(collapse: Collapse, finite: bool) -> Vec<f32> {
        let features = Features::F32(Rows::flat(3, BAD.to_vec()));
        collapse.apply(&features, &[0, 1, 2], finite).unwrap().into_f32().unwrap().values
    }

    #[test]
    fn bad_values_leave_what_the_good_ones_come_to() {
        assert_eq!(apply(Collapse::Mean, true), [2.0, 3.5, 0.0]);
        assert_eq!(apply(Collapse::Max, true), [3.0, 5.0, 0.0]);
        assert_eq!(apply(Collapse::Last, true), [3.0, 5.0, 0.0]);
    }

    #[test]
    fn or_they_spread_as_in_numpy() {
        let bits = |values: Vec<f32>| values.iter().map(|v| format!("{v}")).collect::<Vec<_>>();
        assert_eq!(bits(apply(Collapse::Mean, false)), ["NaN", "-inf", "NaN"]);
        assert_eq!(bits(apply(Collapse::Max, false)), ["NaN", "5", "NaN"]);
        assert_eq!(bits(apply(Collapse::Last, false)), ["3", "5", "NaN"]);
    }
}
