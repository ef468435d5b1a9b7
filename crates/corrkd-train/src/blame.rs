//! Where a number that is not finite comes from: each sample of the batch is tried by itself, without dropout.

use crate::TrainError;
use crate::error::{Blame, Culprit};
use crate::learner::{Learner, View};
use crate::lesson::Lesson;
use corrkd_config::Modality;
use corrkd_data::{Sample, Split};
use corrkd_nn::Noise;

/// Finds what is to blame for a training step that failed on the samples of a split at `indices`.
pub(crate) fn blame(
    learner: &dyn Learner,
    view: &View,
    split: &Split,
    indices: &[usize],
    epoch: usize,
) -> Result<Blame, TrainError> {
    let mut culprits = Vec::new();
    for &index in indices {
        let lesson = Lesson::of(learner, &view.batch(split, &[index]), epoch, Noise::OFF)?;
        if lesson.fault().is_some() || !lesson.gradients.norm()?.is_finite() {
            culprits.push(culprit(&split.samples[index]));
        }
    }
    Ok(Blame::on(culprits, indices.len()))
}

/// A sample with the feature of the largest magnitude in it; one that is not a number counts as the largest.
pub(crate) fn culprit(sample: &Sample) -> Culprit {
    let features = Modality::ALL.into_iter().flat_map(|m| sample.features.get(m).iter().map(move |&x| (m, x)));
    let magnitude = |x: f32| if x.is_nan() { f32::INFINITY } else { x.abs() };
    let start = (Modality::Language, 0.0);
    let (modality, value) =
        features.fold(start, |most, next| if magnitude(next.1) > magnitude(most.1) { next } else { most });
    Culprit { id: sample.id.clone(), modality, value }
}
