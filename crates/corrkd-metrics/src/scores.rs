//! All scores of one set of predictions.

use crate::{
    Zeros, accuracy, category_f1, mean_absolute_error, pearson, rounded_accuracy, sign_accuracy, sign_f1,
    swapped_sign_f1,
};
use serde::{Deserialize, Serialize};

/// Predictions beside the truth, N samples each.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// True sentiment scores, [-3, 3].
    pub labels: &'a [f32],
    /// Predicted signs; true: positive.
    pub positive: &'a [bool],
    /// True categories, 0..K.
    pub truth: &'a [usize],
    /// Predicted categories, 0..K.
    pub predicted: &'a [usize],
    /// The number of categories K.
    pub categories: usize,
    /// Predicted sentiment scores, where the task gives any.
    pub scores: Option<&'a [f32]>,
}

/// The scores, as fractions (MAE in the labels' unit, Pearson's r in -1..1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Weighted F1 of positive against negative, zero labels left out: the paper's figure.
    pub f1: f64,
    /// Weighted F1 of non-negative against negative.
    pub f1_has0: f64,
    /// [`swapped_sign_f1`], zero labels left out: a diagnostic, as published code computed its F1 so.
    pub f1_swapped: f64,
    /// Accuracy of positive against negative, zero labels left out.
    pub accuracy: f64,
    /// Accuracy of non-negative against negative.
    pub accuracy_has0: f64,
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
        let Judged { labels, positive, truth, predicted, categories, scores } = *judged;
        Self {
            f1: sign_f1(labels, positive, Zeros::Excluded),
            f1_has0: sign_f1(labels, positive, Zeros::Counted),
            f1_swapped: swapped_sign_f1(labels, positive, Zeros::Excluded),
            accuracy: sign_accuracy(labels, positive, Zeros::Excluded),
            accuracy_has0: sign_accuracy(labels, positive, Zeros::Counted),
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
        let judged = Judged {
            labels: &[1.0, 0.0, -2.0, -1.0],
            positive: &[true, false, false, true],
            truth: &[2, 1, 0, 0],
            predicted: &[2, 0, 0, 2],
            categories: 3,
            scores: Some(&[1.2, -0.8, -2.2, 0.6]),
        };
        let scores = Scores::of(&judged);
        // Zeros out: truth + - -, predicted + - +; both F1 are 2/3. Zeros in: truth + + - -, predicted + - - +.
        assert!((scores.f1 - 2.0 / 3.0).abs() < 1e-12);
        assert!((scores.f1_swapped - 2.0 / 3.0).abs() < 1e-12);
        assert!((scores.accuracy - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!((scores.f1_has0, scores.accuracy_has0), (0.5, 0.5));
        assert_eq!(scores.f1_categories, [0.5, 0.0, 2.0 / 3.0]);
        assert_eq!(scores.accuracy_categories, 0.5);
        assert_eq!((scores.accuracy5, scores.accuracy7), (Some(0.5), Some(0.5)));
        assert!((scores.mae.unwrap() - 0.7).abs() < 1e-6);
        assert!(scores.pearson.is_some());
        let without = Scores::of(&Judged { scores: None, ..judged });
        assert_eq!((without.accuracy5, without.accuracy7, without.mae, without.pearson), (None, None, None, None));
    }
}
