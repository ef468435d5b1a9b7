//! How a network does on the validation split: what picks the best epoch.

use crate::predict::predict_again;
use crate::{Context, Known, Learner, TrainError};
use corrkd_config::LabelSpace;
use corrkd_data::Split;
use corrkd_metrics::{Zeros, accuracy, sign_accuracy, sign_f1};
use corrkd_record::{Answer, Validation};

/// The means, over the learner's conditions, of loss, weighted F1 and accuracy on a split; in the loss each category counts as
/// it does in training.
///
/// # Errors
/// As [`predict`](crate::predict()).
pub fn validate(learner: &dyn Learner, split: &Split, seed: u64, context: &Context) -> Result<Validation, TrainError> {
    let conditions = &learner.training().validated_on;
    let labels: Vec<f32> = split.samples.iter().map(|sample| sample.label).collect();
    let weights = learner.training().weights.as_ref().map(|of| {
        let weight = |&label: &f32| f64::from(of[context.space.category(label)]);
        labels.iter().map(weight).collect::<Vec<_>>()
    });
    let mut mean = Validation { loss: 0.0, f1: 0.0, accuracy: 0.0 };
    let mut known = (conditions.len() > 1).then(|| Known::of(split.samples.len()));
    for &condition in conditions {
        let predicted = predict_again(learner, split, condition, seed, context, known.as_mut())?;
        let share = 1.0 / conditions.len() as f64;
        mean.loss += share * weights.as_deref().map_or_else(|| predicted.loss(), |of| predicted.weighted_loss(of));
        mean.f1 += share * weighted_f1(&context.space, &labels, &predicted.answers);
        mean.accuracy += share * accurate(&context.space, &labels, &predicted.answers);
    }
    Ok(mean)
}

/// The mean over the task's targets, zeros left out.
fn weighted_f1(space: &LabelSpace, labels: &[f32], answers: &[Answer]) -> f64 {
    let targets = space.targets().len();
    let of = |target| {
        let (truth, answers) = about(space, target, labels, answers);
        sign_f1(&truth, &answers, Zeros::Excluded)
    };
    (0..targets).map(of).sum::<f64>() / targets as f64
}

/// Of sentiment, of its sign, zeros left out; else over the categories.
fn accurate(space: &LabelSpace, labels: &[f32], answers: &[Answer]) -> f64 {
    if space.is_score() {
        let (truth, answers) = about(space, 0, labels, answers);
        return sign_accuracy(&truth, &answers, Zeros::Excluded);
    }
    let truth: Vec<usize> = labels.iter().map(|&label| space.category(label)).collect();
    accuracy(&truth, &answers.iter().map(|answer| answer.category(space)).collect::<Vec<_>>())
}

/// The truth about a target, and the answers to it.
fn about(space: &LabelSpace, target: usize, labels: &[f32], answers: &[Answer]) -> (Vec<f32>, Vec<bool>) {
    let truth = labels.iter().map(|&label| space.truth(target, label)).collect();
    (truth, answers.iter().map(|answer| answer.says_yes(space, target)).collect())
}
