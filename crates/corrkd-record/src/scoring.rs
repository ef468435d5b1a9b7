//! The scores of predictions. They are computed here for the record of a run, and again by its report.

use crate::Prediction;
use corrkd_config::{LabelSpace, Ways};
use corrkd_metrics::{Division, Judged, OnScale, Scores, Target};

/// Scores the predictions of one condition.
#[must_use]
pub fn scores(space: &LabelSpace, predictions: &[&Prediction]) -> Scores {
    let labels: Vec<f32> = predictions.iter().map(|p| p.label).collect();
    let target = |target| Target {
        truth: labels.iter().map(|&label| space.truth(target, label)).collect(),
        answers: predictions.iter().map(|p| p.answer.says_yes(space, target)).collect(),
        answers_has0: predictions.iter().map(|p| p.answer.says_not_no(space, target)).collect(),
    };
    let targets: Vec<Target> = (0..space.targets().len()).map(target).collect();
    let truth: Vec<usize> = labels.iter().map(|&label| space.category(label)).collect();
    let predicted: Vec<usize> = predictions.iter().map(|p| p.answer.category(space)).collect();
    let scores: Option<Vec<f32>> = predictions.iter().map(|p| p.answer.score()).collect();
    let divisions = [Ways::Three, Ways::Five, Ways::Seven].map(|ways| move |score| space.division(ways, score));
    let scale = space.scale().map(|scale| OnScale {
        labels: &labels,
        scores: scores.as_deref(),
        has_neutral: scale.cuts.binary.is_none(),
        divisions: divisions.each_ref().map(|division| division(scale.neutral).map(|_| division as Division)),
    });
    Scores::of(&Judged {
        targets: &targets,
        scale,
        truth: &truth,
        predicted: &predicted,
        categories: space.categories(),
    })
}
