//! All scores of one set of predictions.

use crate::{
    Zeros, accuracy, category_f1, mean, mean_absolute_error, pearson, rounded_accuracy, sign_accuracy, sign_f1,
    swapped_sign_f1,
};
use serde::{Deserialize, Serialize};

/// Predictions beside the truth, N samples each.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// True labels.
    pub labels: &'a [f32],
    /// The yes-no questions that weighted F1 is reported of, at least one.
    pub targets: &'a [Target],
    /// Whether labels are sentiment scores in [-3, 3] and the one target is whether they are positive.
    pub sentiment: bool,
    /// True categories, 0..K.
    pub truth: &'a [usize],
    /// Predicted categories, 0..K.
    pub predicted: &'a [usize],
    /// The number of categories K.
    pub categories: usize,
    /// Predicted sentiment scores, where the task gives any.
    pub scores: Option<&'a [f32]>,
}

/// A yes-no question: whether a sentiment is positive, or an utterance happy.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The truth, N: above 0 yes, below 0 no, 0 neither.
    pub truth: Vec<f32>,
    /// The answers, N.
    pub answers: Vec<bool>,
    /// The answers where zeros count as yes, N: others only for predicted scores of exactly 0.
    pub answers_has0: Vec<bool>,
}

/// The scores, as fractions (MAE in the labels' unit, Pearson's r in -1..1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)] // one that a later version adds is absent from older records
pub struct Scores {
    /// Weighted F1, the mean over the targets. Of sentiment: positive against negative, zero labels left out.
    pub f1: f64,
    /// Weighted F1 of each target, the paper's figures.
    pub f1_targets: Vec<f64>,
    /// Of sentiment, weighted F1 of non-negative against negative.
    pub f1_has0: Option<f64>,
    /// Of sentiment, [`swapped_sign_f1`], zero labels left out: a diagnostic, as published code computed its F1 so.
    pub f1_swapped: Option<f64>,
    /// Accuracy: of sentiment, positive against negative with zero labels left out; else over the categories.
    pub accuracy: f64,
    /// Of sentiment, accuracy of non-negative against negative.
    pub accuracy_has0: Option<f64>,
    /// F1 of each category against the rest, length K.
    pub f1_categories: Vec<f64>,
    /// Accuracy over the K categories.
    pub accuracy_categories: f64,
    /// Accuracy of scores rounded to -2..2.
    pub accuracy5: Option<f64>,
    /// Accuracy of scores rounded to -3..3.
    pub accuracy7: Option<f64>,
    /// Mean absolute error of the scores; none also where a label or score is NaN or infinite.
    pub mae: Option<f64>,
    /// Pearson's correlation of scores and labels; none also where a side is constant, or a value NaN or infinite.
    pub pearson: Option<f64>,
}

impl Scores {
    /// Scores predictions.
    #[must_use]
    pub fn of(judged: &Judged) -> Self {
        let Judged { labels, targets, sentiment, truth, predicted, categories, scores } = *judged;
        let f1_targets: Vec<f64> = targets.iter().map(|t| sign_f1(&t.truth, &t.answers, Zeros::Excluded)).collect();
        let of_signs = |score: &dyn Fn(&Target) -> f64| targets.first().filter(|_| sentiment).map(score);
        Self {
            f1: mean(&f1_targets).unwrap_or(0.0),
            f1_targets,
            f1_has0: of_signs(&|t| sign_f1(&t.truth, &t.answers_has0, Zeros::Counted)),
            f1_swapped: of_signs(&|t| swapped_sign_f1(&t.truth, &t.answers, Zeros::Excluded)),
            accuracy: of_signs(&|t| sign_accuracy(&t.truth, &t.answers, Zeros::Excluded))
                .unwrap_or_else(|| accuracy(truth, predicted)),
            accuracy_has0: of_signs(&|t| sign_accuracy(&t.truth, &t.answers_has0, Zeros::Counted)),
            f1_categories: (0..categories).map(|c| category_f1(truth, predicted, c)).collect(),
            accuracy_categories: accuracy(truth, predicted),
            accuracy5: scores.map(|scores| rounded_accuracy(labels, scores, 2)),
            accuracy7: scores.map(|scores| rounded_accuracy(labels, scores, 3)),
            mae: scores.and_then(|scores| mean_absolute_error(labels, scores)),
            pearson: scores.and_then(|scores| pearson(labels, scores)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_score_reads_its_own_slice() {
        let labels = [1.0, 0.0, -2.0, -1.0];
        let judged = Judged {
            labels: &labels,
            targets: &[Target {
                truth: labels.to_vec(),
                answers: vec![true, false, false, true],
                answers_has0: vec![true, false, false, true],
            }],
            sentiment: true,
            truth: &[2, 1, 0, 0],
            predicted: &[2, 0, 0, 2],
            categories: 3,
            scores: Some(&[1.2, -0.8, -2.2, 0.6]),
        };
        let scores = Scores::of(&judged);
        // Zeros out: truth + - -, predicted + - +; both F1 are 2/3. Zeros in: truth + + - -, predicted + - - +.
        assert!((scores.f1 - 2.0 / 3.0).abs() < 1e-12);
        assert!((scores.f1_swapped.unwrap() - 2.0 / 3.0).abs() < 1e-12);
        assert!((scores.accuracy - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!((scores.f1_has0, scores.accuracy_has0), (Some(0.5), Some(0.5)));
        assert_eq!(scores.f1_categories, [0.5, 0.0, 2.0 / 3.0]);
        assert_eq!(scores.accuracy_categories, 0.5);
        assert_eq!((scores.accuracy5, scores.accuracy7), (Some(0.5), Some(0.5)));
        assert!((scores.mae.unwrap() - 0.7).abs() < 1e-6);
        assert!(scores.pearson.is_some());
        let without = Scores::of(&Judged { scores: None, ..judged });
        assert_eq!((without.accuracy5, without.accuracy7, without.mae, without.pearson), (None, None, None, None));
    }

    /// Each emotion is scored against the others, true and false both counted (MulT's figures).
    ///
    /// ```python
    /// import numpy as np; from sklearn.metrics import f1_score
    /// t = np.array([0, 0, 1, 1, 2]); p = np.array([0, 1, 1, 1, 0])
    /// [f1_score(t == k, p == k, average="weighted") for k in range(3)]  # 0.6, 0.8, 0.71111111
    /// ```
    #[test]
    fn emotions_one_by_one() {
        let (truth, predicted) = ([0, 0, 1, 1, 2], [0, 1, 1, 1, 0]);
        let target = |k| Target {
            truth: truth.iter().map(|&t| if t == k { 1.0 } else { -1.0 }).collect(),
            answers: predicted.iter().map(|&p| p == k).collect(),
            answers_has0: predicted.iter().map(|&p| p == k).collect(),
        };
        let scores = Scores::of(&Judged {
            labels: &[0.0, 0.0, 1.0, 1.0, 2.0],
            targets: &[0, 1, 2].map(target),
            sentiment: false,
            truth: &truth,
            predicted: &predicted,
            categories: 3,
            scores: None,
        });
        let expected = [0.6, 0.8, 32.0 / 45.0];
        assert!(scores.f1_targets.iter().zip(expected).all(|(got, want)| (got - want).abs() < 1e-12), "{scores:?}");
        assert!((scores.f1 - expected.iter().sum::<f64>() / 3.0).abs() < 1e-12);
        assert_eq!((scores.accuracy, scores.f1_has0, scores.accuracy_has0), (0.6, None, None));
    }
}
