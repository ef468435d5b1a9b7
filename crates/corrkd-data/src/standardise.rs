//! Standardising: each column to mean 0 and standard deviation 1, over the training fold's frames that hold data or over
//! those of the sample itself.
//!
//! Frames without data take no part and stay zero, so that "missing" is the zero vector in what the networks see. A
//! constant column is divided by 1.

use corrkd_config::{Modality, PerModality};
use std::io;

use crate::Fold;
use crate::cache::Stage;

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
    /// The scaling of the training fold.
    pub(crate) fn fit(stage: &mut Stage) -> io::Result<Self> {
        let frames = &mut stage.part(Fold::Train).frames;
        PerModality::try_from_fn(|modality| {
            let frames = frames.get_mut(modality);
            columns(frames.width(), frames.holding_data(), |take| {
                frames.each(|frame, present| {
                    if present {
                        take(frame);
                    }
                    Ok(())
                })
            })
        })
        .map(Self)
    }

    /// Scales a frame that holds data.
    pub(crate) fn apply(&self, modality: Modality, frame: &mut [f32]) {
        scale(frame, self.0.get(modality));
    }
}

/// Scales the frames of one sample and modality, (frames, D), by those of them that hold data.
pub(crate) fn within_sample(values: &mut [f32], present: &[bool], width: usize) {
    let of_data = |values: &mut [f32], take: &mut dyn FnMut(&mut [f32])| {
        let frames = values.chunks_exact_mut(width).zip(present);
        frames.filter(|&(_, &present)| present).for_each(|(frame, _)| take(frame));
    };
    let count = present.iter().filter(|&&present| present).count();
    let fitted = columns(width, count, |take| {
        of_data(values, &mut |frame| take(frame));
        Ok::<_, std::convert::Infallible>(())
    });
    let Ok(fitted) = fitted;
    of_data(values, &mut |frame| scale(frame, &fitted));
}

fn scale(frame: &mut [f32], columns: &[Column]) {
    for (value, column) in frame.iter_mut().zip(columns) {
        *value = ((f64::from(*value) - column.mean) / column.deviation) as f32;
    }
}

/// Mean and standard deviation (of the population, as scikit-learn's `StandardScaler`) of each column. `each` gives
/// all `count` frames to what it is given; it is called twice.
fn columns<E>(
    width: usize,
    count: usize,
    mut each: impl FnMut(&mut dyn FnMut(&[f32])) -> Result<(), E>,
) -> Result<Vec<Column>, E> {
    let count = count.max(1) as f64;
    let mut means = vec![0.0; width];
    let mut bounds = vec![[f32::INFINITY, f32::NEG_INFINITY]; width];
    each(&mut |frame| {
        for ((mean, [low, high]), &value) in means.iter_mut().zip(&mut bounds).zip(frame) {
            *mean += f64::from(value) / count;
            *low = low.min(value);
            *high = high.max(value);
        }
    })?;
    let mut variances = vec![0.0; width];
    each(&mut |frame| {
        for ((variance, mean), &value) in variances.iter_mut().zip(&means).zip(frame) {
            *variance += (f64::from(value) - mean).powi(2) / count;
        }
    })?;
    let columns = means.iter().zip(&variances).zip(&bounds);
    let column = |((&mean, &variance), &[low, high]): ((&f64, &f64), &[f32; 2])| match low < high {
        true => Column { mean, deviation: f64::sqrt(variance) },
        // Rounding would leave a constant column with a tiny deviation instead of none.
        false => Column { mean: f64::from(if low.is_finite() { low } else { 0.0 }), deviation: 1.0 },
    };
    Ok(columns.map(column).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sklearn.preprocessing.StandardScaler().fit_transform([[1, .1], [3, .1], [8, .1]])` =
    /// [[-1.0190493, 0], [-0.33968311, 0], [1.35873244, 0]]
    #[test]
    fn columns_are_scaled_by_the_frames_that_hold_data() {
        let folder = tempfile::tempdir().unwrap();
        let widths = PerModality { language: 2, audio: 1, vision: 1 };
        let mut stage = Stage::new(folder.path(), &widths).unwrap();
        let language = &mut stage.part(Fold::Train).frames.language;
        language.push(&[1.0, 0.1, 0.0, 0.0, 3.0, 0.1], &[true, false, true]).unwrap();
        language.push(&[8.0, 0.1], &[true]).unwrap();
        let scaling = Scaling::fit(&mut stage).unwrap();
        let scaled = |mut frame: [f32; 2]| {
            scaling.apply(Modality::Language, &mut frame);
            frame
        };
        assert_eq!(scaled([1.0, 0.1]), [-1.019_049_3, 0.0]);
        assert_eq!(scaled([3.0, 0.1]), [-0.339_683_12, 0.0]);
        assert_eq!(scaled([8.0, 0.1]), [1.358_732_5, 0.0]);
        assert_eq!(scaled([3.0, 0.6]), [-0.339_683_12, 0.5], "a constant column is divided by 1");

        let mut sample = [1.0, 0.1, 0.0, 0.0, 3.0, 0.1, 8.0, 0.1];
        within_sample(&mut sample, &[true, false, true, true], 2);
        assert_eq!(sample, [-1.019_049_3, 0.0, 0.0, 0.0, -0.339_683_12, 0.0, 1.358_732_5, 0.0]);
    }
}
