//! The scores of predictions. They are computed here for the record of a run, and again by its report.

use crate::Prediction;
use corrkd_config::Task;
use corrkd_metrics::{Judged, Scores, Target};

/// Scores the predictions of one condition.
#[must_use]
pub fn scores(task: Task, predictions: &[&Prediction]) -> Scores {
    let labels: Vec<f32> = predictions.iter().map(|p| p.label).collect();
    let target = |target| Target {
        truth: labels.iter().map(|&label| task.truth(target, label)).collect(),
        answers: predictions.iter().map(|p| p.answer.says_yes(task, target)).collect(),
        answers_has0: predictions.iter().map(|p| p.answer.says_not_no(task, target)).collect(),
    };
    let targets: Vec<Target> = (0..task.targets().len()).map(target).collect();
    let truth: Vec<usize> = labels.iter().map(|&label| task.category(label)).collect();
    let predicted: Vec<usize> = predictions.iter().map(|p| p.answer.category(task)).collect();
    let scores: Option<Vec<f32>> = predictions.iter().map(|p| p.answer.score()).collect();
    Scores::of(&Judged {
        labels: &labels,
        targets: &targets,
        sentiment: task.is_sentiment(),
        truth: &truth,
        predicted: &predicted,
        categories: task.categories(),
        scores: scores.as_deref(),
    })
}
