//! One row made of several: what the SDK calls collapse functions.
//!
//! The SDK takes functions of NumPy (`np.average`, `np.max`, the last row). A mean is summed in double precision here
//! and rounded once; NumPy sums single precision row by row, so its last digits differ.

use corrkd_csd::{Features, Rows};
use serde::Deserialize;

use crate::Overlap;
use crate::mean::mean;
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

corrkd_config::named!(Collapse { Mean: "mean", Max: "max", Last: "last" });

impl Collapse {
    /// What becomes of the rows of `features` that `found` names, at least one. Texts have a last row, and nothing else.
    ///
    /// With `finite`, a column takes no notice of values that are NaN or infinite (COVAREP holds both: one bad frame
    /// must not spoil the word it belongs to), and is 0 where it has no other.
    pub(crate) fn apply(self, features: &Features, found: &[Overlap], finite: bool) -> Option<Features> {
        Some(match features {
            Features::F32(rows) => Features::F32(self.numbers(rows, found, finite, |value| value as f32)),
            Features::F64(rows) => Features::F64(self.numbers(rows, found, finite, |value| value)),
            Features::Texts(rows) if self == Self::Last => {
                Features::Texts(pick_rows(rows, &[found[found.len() - 1].row]))
            }
            Features::Texts(_) => return None,
        })
    }

    fn numbers<T: Copy + Into<f64>>(
        self,
        rows: &Rows<T>,
        found: &[Overlap],
        finite: bool,
        round: impl Fn(f64) -> T,
    ) -> Rows<T> {
        let width = rows.width();
        let counts = |value: f64| !finite || value.is_finite();
        let row = |overlap: &Overlap| &rows.values[overlap.row * width..(overlap.row + 1) * width];
        let picked = found.iter().map(row);
        let values = match self {
            // What each of these makes of a row by itself.
            _ if found.len() == 1 && !finite => row(&found[0]).to_vec(),
            Self::Mean if !finite => mean(rows, found, round),
            Self::Mean => {
                let sums = columns(width, picked, |(sum, count): &mut (f64, u32), value| {
                    if value.is_finite() {
                        *sum += value;
                        *count += 1;
                    }
                });
                sums.iter().map(|&(sum, count)| round(sum / f64::from(count.max(1)))).collect()
            }
            Self::Max => {
                let greatest = columns(width, picked, |greatest: &mut Option<f64>, value| match *greatest {
                    _ if !counts(value) => {}
                    // False for a NaN so far, which stays.
                    Some(sofar) if !(value > sofar || value.is_nan()) => {}
                    _ => *greatest = Some(value),
                });
                greatest.into_iter().map(|greatest| round(greatest.unwrap_or(0.0))).collect()
            }
            Self::Last => {
                let last = columns(width, picked, |last: &mut f64, value| {
                    if counts(value) {
                        *last = value;
                    }
                });
                last.into_iter().map(round).collect()
            }
        };
        Rows { shape: rows.shape.clone(), values }
    }
}

/// What `step` makes of each column, going through the rows.
fn columns<'a, T: Copy + Into<f64> + 'a, S: Clone + Default>(
    width: usize,
    rows: impl Iterator<Item = &'a [T]>,
    step: impl Fn(&mut S, f64),
) -> Vec<S> {
    let mut columns = vec![S::default(); width];
    for row in rows {
        for (column, &value) in columns.iter_mut().zip(row) {
            step(column, value.into());
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAD: [f32; 9] = [1.0, f32::NEG_INFINITY, f32::NAN, f32::NAN, 2.0, f32::INFINITY, 3.0, 5.0, f32::NAN];

    fn apply(collapse: Collapse, finite: bool) -> Vec<f32> {
        let features = Features::F32(Rows::flat(3, BAD.to_vec()));
        let found = [0, 1, 2].map(|row| Overlap { row, interval: [0.0, 1.0] });
        collapse.apply(&features, &found, finite).unwrap().into_f32().unwrap().values
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
