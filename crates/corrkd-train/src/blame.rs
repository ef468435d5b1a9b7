//! Where a number that is not finite comes from: each sample of the batch is tried by itself, without dropout.

use crate::error::{Blame, Culprit};
use crate::{Context, Learner, Pass, TrainError, TrainingBatch};
use corrkd_config::Modality;
use corrkd_data::Sample;
use corrkd_nn::DropoutKey;

/// Finds what is to blame for a training step that failed on the training samples at `indices`.
pub(crate) fn blame(
    learner: &dyn Learner,
    context: &Context,
    indices: &[usize],
    epoch: usize,
) -> Result<Blame, TrainError> {
    let split = &context.train;
    let mut culprits = Vec::new();
    for &index in indices {
        let (indices, key) = (&[index], DropoutKey::NONE);
        let alone = TrainingBatch { batch: &context.batch(split, indices), split, indices, epoch, key };
        if !Pass::of(learner, &alone)?.is_finite()? {
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
