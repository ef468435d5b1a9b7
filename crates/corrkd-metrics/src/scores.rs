//! All scores of one set of predictions.

use crate::{
    Zeros, accuracy, category_f1, category_recall, divided_accuracy, is_constant, mean, mean_absolute_error,
    mean_recall, pearson, sign_accuracy, sign_f1, swapped_sign_f1, weighted_f1,
};
use serde::{Deserialize, Serialize};

/// By how much scores of the same predictions differ at most, of their size or of 1.
const ROUNDING: f64 = 1e-9;

/// Predictions beside the truth, N samples each.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// The yes-no questions that weighted F1 is reported of, at least one.
    pub targets: &'a [Target],
    /// Where labels are scores: these, and the scale they are on. The one target is then whether they are positive.
    pub scale: Option<OnScale<'a>>,
    /// True categories, 0..K.
    pub truth: &'a [usize],
    /// Predicted categories, 0..K.
    pub predicted: &'a [usize],
    /// The number of categories K.
    pub categories: usize,
}

/// The category that a score belongs to in a division of the scale; none for what belongs nowhere.
pub type Division<'a> = &'a dyn Fn(f32) -> Option<usize>;

/// Labels that are scores, N, on a scale.
#[derive(Clone, Copy)]
pub struct OnScale<'a> {
    /// True scores.
    pub labels: &'a [f32],
    /// Predicted scores, where the answers give any.
    pub scores: Option<&'a [f32]>,
    /// Whether a label can be on neither side, so that there are two ways to count such labels.
    pub has_neutral: bool,
    /// The scale's divisions into three, five and seven categories, those that it has.
    pub divisions: [Option<Division<'a>>; 3],
}

/// A yes-no question: whether a sentiment is positive, or an utterance happy.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The truth, N: above 0 yes, below 0 no, 0 neither.
    pub truth: Vec<f32>,
    /// The answers, N.
    pub answers: Vec<bool>,
    /// The answers where zeros count as yes, N: others only for predicted scores that are exactly neutral.
    pub answers_has0: Vec<bool>,
}

/// The scores, as fractions (MAE in the labels' unit, Pearson's r in -1..1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)] // one that a later version adds is absent from older records
pub struct Scores {
    /// Weighted F1, the mean over the targets. Of sentiment: positive against negative, neutral labels left out.
    pub f1: f64,
    /// Weighted F1 of each target, the paper's figures.
    pub f1_targets: Vec<f64>,
    /// Of sentiment on a scale with neutral labels, weighted F1 of non-negative against negative.
    pub f1_has0: Option<f64>,
    /// Of sentiment, [`swapped_sign_f1`], neutral labels left out: a diagnostic, as published code computed its F1 so.
    pub f1_swapped: Option<f64>,
    /// Accuracy: of sentiment, positive against negative with neutral labels left out; else over the categories.
    pub accuracy: f64,
    /// Of sentiment on a scale with neutral labels, accuracy of non-negative against negative.
    pub accuracy_has0: Option<f64>,
    /// F1 of each category against the rest, length K.
    pub f1_categories: Vec<f64>,
    /// The mean of these, each weighted by how many samples truly belong to it.
    pub f1_weighted: f64,
    /// Recall of each category, length K; 0 of one without samples.
    pub recall_categories: Vec<f64>,
    /// The mean recall of the categories that have samples: unweighted average recall (UA).
    pub recall_mean: f64,
    /// Accuracy over the K categories.
    pub accuracy_categories: f64,
    /// Accuracy of scores over the scale's three categories.
    pub accuracy3: Option<f64>,
    /// Accuracy of scores over the scale's five categories.
    pub accuracy5: Option<f64>,
    /// Accuracy of scores over the scale's seven categories.
    pub accuracy7: Option<f64>,
    /// Mean absolute error of the scores; none also where a label or score is NaN or infinite.
    pub mae: Option<f64>,
    /// Pearson's correlation of scores and labels; 0 of scores that are all the same. None also where the labels are
    /// constant, or a value NaN or infinite.
    pub pearson: Option<f64>,
}

impl Scores {
    /// Scores predictions.
    #[must_use]
    pub fn of(judged: &Judged) -> Self {
        let Judged { targets, scale, truth, predicted, categories } = *judged;
        let f1_targets: Vec<f64> = targets.iter().map(|t| sign_f1(&t.truth, &t.answers, Zeros::Excluded)).collect();
        let side = targets.first().filter(|_| scale.is_some());
        let has0 = side.filter(|_| scale.is_some_and(|scale| scale.has_neutral));
        let scored = scale.and_then(|scale| Some((scale, scale.scores?)));
        let divided = |ways: usize| {
            let (scale, scores) = scored?;
            Some(divided_accuracy(scale.labels, scores, scale.divisions[ways]?))
        };
        Self {
            f1: mean(&f1_targets).unwrap_or(0.0),
            f1_targets,
            f1_has0: has0.map(|t| sign_f1(&t.truth, &t.answers_has0, Zeros::Counted)),
            f1_swapped: side.map(|t| swapped_sign_f1(&t.truth, &t.answers, Zeros::Excluded)),
            accuracy: side
                .map_or_else(|| accuracy(truth, predicted), |t| sign_accuracy(&t.truth, &t.answers, Zeros::Excluded)),
            accuracy_has0: has0.map(|t| sign_accuracy(&t.truth, &t.answers_has0, Zeros::Counted)),
            f1_categories: (0..categories).map(|c| category_f1(truth, predicted, c)).collect(),
            f1_weighted: weighted_f1(truth, predicted, categories),
            recall_categories: (0..categories).map(|c| category_recall(truth, predicted, c)).collect(),
            recall_mean: mean_recall(truth, predicted, categories),
            accuracy_categories: accuracy(truth, predicted),
            accuracy3: divided(0),
            accuracy5: divided(1),
            accuracy7: divided(2),
            mae: scored.and_then(|(scale, scores)| mean_absolute_error(scale.labels, scores)),
            pearson: scored.and_then(|(scale, scores)| correlation(scale.labels, scores)),
        }
    }
}

impl Scores {
    /// Whether they are the same scores but for rounding: those of the same predictions in another order.
    #[must_use]
    pub fn agree(&self, other: &Self) -> bool {
        let [own, other] = [self.numbers(), other.numbers()];
        let same = |pair: (&Option<f64>, &Option<f64>)| match pair {
            (Some(a), Some(b)) => (a - b).abs() <= ROUNDING * a.abs().max(1.0),
            (a, b) => a.is_none() && b.is_none(),
        };
        own.len() == other.len() && own.iter().zip(&other).all(same)
    }

    /// All of them, with none after each list.
    fn numbers(&self) -> Vec<Option<f64>> {
        let Self { f1, accuracy, f1_weighted, recall_mean, accuracy_categories, .. } = *self;
        let Self { f1_has0, f1_swapped, accuracy_has0, accuracy3, accuracy5, accuracy7, mae, pearson, .. } = *self;
        let single = [f1, accuracy, f1_weighted, recall_mean, accuracy_categories].map(Some);
        let possible = [f1_has0, f1_swapped, accuracy_has0, accuracy3, accuracy5, accuracy7, mae, pearson];
        let lists = [&self.f1_targets, &self.f1_categories, &self.recall_categories];
        let lists = lists.into_iter().flat_map(|list| list.iter().copied().map(Some).chain([None]));
        single.into_iter().chain(possible).chain(lists).collect()
    }
}

/// Pearson's r, 0 of an answer that is the same for all samples: it tells nothing of labels that differ.
fn correlation(labels: &[f32], scores: &[f32]) -> Option<f64> {
    let finite = labels.iter().chain(scores).all(|value| value.is_finite());
    let silent = finite && is_constant(scores) && !is_constant(labels);
    if silent { Some(0.0) } else { pearson(labels, scores) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_score_reads_its_own_slice() {
        let labels = [1.0, 0.0, -2.0, -1.0];
        let steps = |x: f32| Some((x.clamp(-2.0, 2.0).round_ties_even() + 2.0) as usize);
        let sides = |x: f32| Some(usize::from(x > 0.0));
        let scale = OnScale {
            labels: &labels,
            scores: Some(&[1.2, -0.8, -2.2, 0.6]),
            has_neutral: true,
            divisions: [Some(&sides), Some(&steps), None],
        };
        let judged = Judged {
            targets: &[Target {
                truth: labels.to_vec(),
                answers: vec![true, false, false, true],
                answers_has0: vec![true, false, false, true],
            }],
            scale: Some(scale),
            truth: &[2, 1, 0, 0],
            predicted: &[2, 0, 0, 2],
            categories: 3,
        };
        let scores = Scores::of(&judged);
        // Zeros out: truth + - -, predicted + - +; both F1 are 2/3. Zeros in: truth + + - -, predicted + - - +.
        assert!((scores.f1 - 2.0 / 3.0).abs() < 1e-12);
        assert!((scores.f1_swapped.unwrap() - 2.0 / 3.0).abs() < 1e-12);
        assert!((scores.accuracy - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!((scores.f1_has0, scores.accuracy_has0), (Some(0.5), Some(0.5)));
        assert_eq!(scores.f1_categories, [0.5, 0.0, 2.0 / 3.0]);
        assert_eq!(scores.accuracy_categories, 0.5);
        assert!((scores.f1_weighted - (0.5 * 0.5 + 0.25 * 2.0 / 3.0)).abs() < 1e-12);
        assert_eq!((&scores.recall_categories[..], scores.recall_mean), (&[0.5, 0.0, 1.0][..], 0.5));
        assert_eq!((scores.accuracy3, scores.accuracy5, scores.accuracy7), (Some(0.75), Some(0.5), None));
        assert!((scores.mae.unwrap() - 0.7).abs() < 1e-6);
        assert!(scores.pearson.is_some());
        let of = |scale| Scores::of(&Judged { scale: Some(scale), ..judged });
        let without = of(OnScale { scores: None, ..scale });
        assert_eq!((without.accuracy3, without.accuracy5, without.mae, without.pearson), (None, None, None, None));
        // A scale that is cut has one way to count.
        let cut = of(OnScale { has_neutral: false, ..scale });
        assert_eq!((cut.f1_has0, cut.accuracy_has0, cut.f1), (None, None, scores.f1));
    }

    #[test]
    fn scores_that_differ_in_one_number_disagree() {
        let scores = Scores { f1: 0.5, f1_targets: vec![0.5], mae: Some(0.25), ..Scores::default() };
        assert!(scores.agree(&Scores { mae: Some(0.25 + 1e-12), ..scores.clone() }));
        for other in [
            Scores { f1: 0.500_001, ..scores.clone() },
            Scores { f1_targets: vec![0.5, 0.5], ..scores.clone() },
            Scores { f1_targets: vec![], f1_categories: vec![0.5], ..scores.clone() },
            Scores { mae: None, ..scores.clone() },
            Scores { mae: Some(f64::NAN), ..scores.clone() },
            Scores { accuracy7: Some(0.0), ..scores.clone() },
        ] {
            assert!(!scores.agree(&other) && !other.agree(&scores), "{other:?}");
        }
    }

    /// What is said of all samples alike has nothing to do with their labels; of labels that are all alike none can be said.
    #[test]
    fn a_constant_answer_has_no_correlation_but_one_that_is_zero() {
        let r = |labels: &[f32], scores: &[f32]| correlation(labels, scores);
        assert_eq!(r(&[1.0, 2.0, -1.0], &[0.3; 3]), Some(0.0));
        assert_eq!([r(&[1.0; 3], &[0.3; 3]), r(&[1.0; 3], &[0.3, 0.4, 0.5]), r(&[], &[])], [None; 3]);
        assert_eq!([r(&[1.0, f32::NAN], &[0.3; 2]), r(&[1.0, 2.0], &[f32::INFINITY; 2])], [None; 2]);
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
            targets: &[0, 1, 2].map(target),
            scale: None,
            truth: &truth,
            predicted: &predicted,
            categories: 3,
        });
        let expected = [0.6, 0.8, 32.0 / 45.0];
        assert!(scores.f1_targets.iter().zip(expected).all(|(got, want)| (got - want).abs() < 1e-12), "{scores:?}");
        assert!((scores.f1 - expected.iter().sum::<f64>() / 3.0).abs() < 1e-12);
        assert_eq!((scores.accuracy, scores.f1_has0, scores.accuracy_has0), (0.6, None, None));
    }
}
