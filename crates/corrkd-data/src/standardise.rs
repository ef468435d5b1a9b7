//! Standardising: each column to mean 0 and standard deviation 1, over the training fold's frames that hold data or over
//! those of the sample itself.
//!
//! Frames without data take no part and stay zero, so that "missing" is the zero vector in what the networks see. A
//! constant column is divided by 1.

use corrkd_config::{Modality, PerModality};
use serde::{Deserialize, Serialize};
use std::io;

use crate::Fold;
use crate::cache::Stage;
use crate::moments::{Moments, moments};

/// The columns of each modality, from the training fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scaling(PerModality<Vec<Moments>>);

impl Scaling {
    /// The scaling of the training fold.
    pub(crate) fn fit(stage: &mut Stage) -> io::Result<Self> {
        let frames = &mut stage.part(Fold::Train).frames;
        PerModality::try_from_fn(|modality| {
            let frames = frames.get_mut(modality);
            moments(frames.width(), frames.holding_data(), |take| {
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

    /// Mean and deviation of each column of a modality, D each; a column is shifted by the one and divided by the other, or
    /// by 1 where that is zero.
    #[must_use]
    pub fn columns(&self, modality: Modality) -> (Vec<f64>, Vec<f64>) {
        self.0.get(modality).iter().map(|column| (column.mean, column.deviation)).unzip()
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
    let fitted = moments(width, count, |take| {
        of_data(values, &mut |frame| take(frame));
        Ok::<_, std::convert::Infallible>(())
    });
    let Ok(fitted) = fitted;
    of_data(values, &mut |frame| scale(frame, &fitted));
}

fn scale(frame: &mut [f32], columns: &[Moments]) {
    for (value, column) in frame.iter_mut().zip(columns) {
        let deviation = if column.deviation > 0.0 { column.deviation } else { 1.0 };
        *value = ((f64::from(*value) - column.mean) / deviation) as f32;
    }
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
