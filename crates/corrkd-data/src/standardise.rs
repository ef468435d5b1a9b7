//! Standardising: each column to mean 0 and standard deviation 1 over the training fold's frames that hold data.
//!
//! Frames without data take no part and stay zero, so that "missing" is the zero vector in what the networks see. A
//! constant column is divided by 1.

use corrkd_config::PerModality;

use crate::segment::Segment;

/// A column's shift and scale.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Column {
    mean: f64,
    deviation: f64,
}

/// The columns of each modality, from the training fold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scaling(PerModality<Vec<Column>>);

impl Scaling {
    /// Mean and standard deviation (of the population, as scikit-learn's `StandardScaler`) of each column.
    pub(crate) fn fit(train: &[Segment], widths: &PerModality<usize>) -> Self {
        Self(widths.map(|modality, &width| {
            let frames = || {
                train.iter().flat_map(move |segment| {
                    let frames = segment.features.get(modality);
                    let rows = frames.values.chunks_exact(width).zip(&frames.present);
                    rows.filter(|&(_, &present)| present).map(|(row, _)| row)
                })
            };
            let count = frames().count().max(1) as f64;
            let mut means = vec![0.0; width];
            let mut bounds = vec![[f32::INFINITY, f32::NEG_INFINITY]; width];
            for row in frames() {
                for ((mean, [low, high]), &value) in means.iter_mut().zip(&mut bounds).zip(row) {
                    *mean += f64::from(value) / count;
                    *low = low.min(value);
                    *high = high.max(value);
                }
            }
            let mut variances = vec![0.0; width];
            for row in frames() {
                for ((variance, mean), &value) in variances.iter_mut().zip(&means).zip(row) {
                    *variance += (f64::from(value) - mean).powi(2) / count;
                }
            }
            let columns = means.iter().zip(&variances).zip(&bounds);
            columns
                .map(|((&mean, &variance), &[low, high])| match low < high {
                    true => Column { mean, deviation: variance.sqrt() },
                    // Rounding would leave a constant column with a tiny deviation instead of none.
                    false => Column { mean: f64::from(if low.is_finite() { low } else { 0.0 }), deviation: 1.0 },
                })
                .collect()
        }))
    }

    /// Scales the frames that hold data.
    pub(crate) fn apply(&self, segment: &mut Segment) {
        for (modality, columns) in self.0.iter() {
            let frames = segment.features.get_mut(modality);
            for (row, &present) in frames.values.chunks_exact_mut(columns.len()).zip(&frames.present) {
                if present {
                    for (value, column) in row.iter_mut().zip(columns) {
                        *value = ((f64::from(*value) - column.mean) / column.deviation) as f32;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::Frames;

    fn segment(language: &[f32], present: &[bool]) -> Segment {
        let frames = Frames { values: language.to_vec(), present: present.to_vec() };
        let none = Frames::absent(present.len(), 1);
        let features = PerModality { language: frames, audio: none.clone(), vision: none };
        Segment { id: "v[0]".to_owned(), label: 0.0, length: present.len(), features }
    }

    /// `sklearn.preprocessing.StandardScaler().fit_transform([[1, .1], [3, .1], [8, .1]])` =
    /// [[-1.0190493, 0], [-0.33968311, 0], [1.35873244, 0]]
    #[test]
    fn columns_are_scaled_by_the_frames_that_hold_data() {
        let widths = PerModality { language: 2, audio: 1, vision: 1 };
        let mut train = [segment(&[1.0, 0.1, 0.0, 0.0, 3.0, 0.1], &[true, false, true]), segment(&[8.0, 0.1], &[true])];
        let scaling = Scaling::fit(&train, &widths);
        train.iter_mut().for_each(|segment| scaling.apply(segment));
        assert_eq!(train[0].features.language.values, [-1.019_049_3, 0.0, 0.0, 0.0, -0.339_683_12, 0.0]);
        assert_eq!(train[1].features.language.values, [1.358_732_5, 0.0]);
        assert_eq!(train[0].features.audio.values, [0.0; 3], "a modality without data stays zero");
        let mut test = segment(&[3.0, 0.6], &[true]);
        scaling.apply(&mut test);
        assert_eq!(test.features.language.values, [-0.339_683_12, 0.5], "a constant column is divided by 1");
    }
}
