//! The scores of the three kinds of answers, against scikit-learn, SciPy and numpy.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use corrkd_config::Task;
use corrkd_metrics::Scores;
use corrkd_record::{Answer, Prediction, scores};

fn scored(task: Task, labels: &[f32], answers: Vec<Answer>) -> Scores {
    let prediction = |(i, answer): (usize, Answer)| Prediction {
        condition: "lav".to_owned(),
        id: i.to_string(),
        label: labels[i],
        category: task.category(labels[i]),
        answer,
    };
    let predictions: Vec<Prediction> = answers.into_iter().enumerate().map(prediction).collect();
    scores(task, &predictions.iter().collect::<Vec<_>>())
}

fn close(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    assert!(got.iter().zip(expected).all(|(got, want)| (got - want).abs() < 1e-12), "{got:?} is not {expected:?}");
}

const LABELS: [f32; 12] = [-3.0, -1.8, -0.4, 0.0, 0.0, 0.6, 1.4, 2.5, 3.0, -1.2, 0.2, -0.6];
/// Halves go to the even number, and three are exactly 0: not positive, and not negative either.
const PREDICTED: [f32; 12] = [-2.5, -0.3, 0.0, 0.0, -0.2, 0.5, 2.5, 1.5, 3.4, -1.5, 0.0, -0.7];

/// ```python
/// import numpy as np; from scipy.stats import pearsonr; from sklearn.metrics import accuracy_score, f1_score
/// y = np.float32([-3, -1.8, -0.4, 0, 0, 0.6, 1.4, 2.5, 3, -1.2, 0.2, -0.6]); n = y != 0
/// p = np.float32([-2.5, -0.3, 0, 0, -0.2, 0.5, 2.5, 1.5, 3.4, -1.5, 0, -0.7])
/// f = lambda t, p: f1_score(t, p, average="weighted")
/// f(y[n] > 0, p[n] > 0), f(y >= 0, p >= 0), f(p[n] > 0, y[n] > 0)  # 0.898989898989899, 0.8333333333333334, 0.901010101010101
/// accuracy_score(y[n] > 0, p[n] > 0), accuracy_score(y >= 0, p >= 0)  # 0.9, 0.8333333333333334
/// f1_score(y >= 0, p >= 0, average=None)  # [0.8, 0.85714286]
/// [np.mean(np.round(np.clip(y, -k, k)) == np.round(np.clip(p, -k, k))) for k in (2, 3)]  # 0.6666666666666666, 0.5833333333333334
/// y, p = y.astype(float), p.astype(float)
/// np.abs(y - p).mean(), pearsonr(y, p).statistic  # 0.4833333343267441, 0.9204399251610124
/// c = lambda x: np.round(np.clip(x, -3, 3)) + 3
/// f1_score(c(y), c(p), labels=range(7), average=None, zero_division=0)  # [0, 0, 0.66666667, 0.8, 0, 0.66666667, 1]
/// ```
#[test]
fn a_score_is_judged_by_its_sign_its_steps_and_its_distance() {
    let answers = || PREDICTED.map(Answer::Score).to_vec();
    let binary = scored(Task::Binary, &LABELS, answers());
    let seven = scored(Task::Seven, &LABELS, answers());
    for scores in [&binary, &seven] {
        close(&[scores.f1, scores.f1_has0.unwrap()], &[0.898_989_898_989_899, 5.0 / 6.0]);
        close(&scores.f1_targets, &[scores.f1]);
        close(&[scores.f1_swapped.unwrap()], &[0.901_010_101_010_101]);
        close(&[scores.accuracy, scores.accuracy_has0.unwrap()], &[0.9, 5.0 / 6.0]);
        close(&[scores.accuracy5.unwrap(), scores.accuracy7.unwrap()], &[8.0 / 12.0, 7.0 / 12.0]);
        close(&[scores.mae.unwrap(), scores.pearson.unwrap()], &[0.483_333_334_326_744_1, 0.920_439_925_161_012_4]);
    }
    close(&binary.f1_categories, &[0.8, 6.0 / 7.0]);
    close(&seven.f1_categories, &[0.0, 0.0, 2.0 / 3.0, 0.8, 0.0, 2.0 / 3.0, 1.0]);
    close(&[binary.accuracy_categories, seven.accuracy_categories], &[10.0 / 12.0, 7.0 / 12.0]);
}

/// Only a score can be exactly 0. A label of 0 is left out of Non0, and a prediction of 0 is not positive there; both are
/// non-negative for Has0.
#[test]
fn a_prediction_of_exactly_zero() {
    let of = |label: f32, score: f32| {
        let scores = scored(Task::Binary, &[label], vec![Answer::Score(score)]);
        (scores.accuracy, scores.accuracy_has0.unwrap())
    };
    assert_eq!([0.0, -0.0].map(|zero| of(-1.0, zero)), [(1.0, 0.0); 2]);
    assert_eq!([0.0, -0.0].map(|zero| of(1.0, zero)), [(0.0, 1.0); 2]);
    assert_eq!([0.0, -0.0].map(|zero| of(zero, zero)), [(0.0, 1.0); 2]);
    // The same side in both counts, unlike a probability of exactly one half, which is neither.
    let half = Answer::Categories { probabilities: vec![0.5, 0.5], score: None };
    for answer in [half, Answer::Targets(vec![0.5])] {
        let scores = scored(Task::Binary, &[1.0], vec![answer]);
        assert_eq!((scores.accuracy, scores.accuracy_has0), (0.0, Some(0.0)));
    }
}

/// Answers of which none has a score give none of the scores that need one.
#[test]
fn a_target_of_a_sentiment_is_its_sign() {
    let probabilities = PREDICTED.map(|score| Answer::Targets(vec![if score > 0.0 { 0.9 } else { 0.1 }])).to_vec();
    let categories = PREDICTED.map(|score| {
        let positive = if score > 0.0 { 0.9 } else { 0.1 };
        Answer::Categories { probabilities: vec![1.0 - positive, positive], score: None }
    });
    let scores = scored(Task::Binary, &LABELS, probabilities);
    assert_eq!(scores, scored(Task::Binary, &LABELS, categories.to_vec()));
    close(&[scores.f1, scores.accuracy], &[0.898_989_898_989_899, 0.9]);
    assert_eq!((scores.accuracy5, scores.accuracy7, scores.mae, scores.pearson), (None, None, None, None));
}

/// ```python
/// import numpy as np; from sklearn.metrics import accuracy_score, f1_score
/// t = np.array([0, 1, 2, 3, 0, 1, 3, 3])
/// q = np.array([[.9, .1, .2, .3], [.6, .7, .1, .1], [.1, .2, .4, .3], [.1, .1, .8, .6],
///               [.5, .4, .1, .2], [.2, .6, .1, .9], [.1, .2, .3, .7], [.3, .6, .2, .3]])
/// [f1_score(t == k, q[:, k] > .5, average="weighted") for k in range(4)]  # 0.75, 0.8818181818181818, 0.75, 0.75
/// accuracy_score(t, q.argmax(1)), f1_score(t, q.argmax(1), average=None)  # 0.625, [1, 0.5, 0.66666667, 0.4]
/// ```
#[test]
fn targets_of_emotions_are_questions_of_their_own() {
    let labels = [0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 3.0, 3.0];
    // Some name two emotions, some none; exactly one half is no.
    let answers = [
        [0.9, 0.1, 0.2, 0.3],
        [0.6, 0.7, 0.1, 0.1],
        [0.1, 0.2, 0.4, 0.3],
        [0.1, 0.1, 0.8, 0.6],
        [0.5, 0.4, 0.1, 0.2],
        [0.2, 0.6, 0.1, 0.9],
        [0.1, 0.2, 0.3, 0.7],
        [0.3, 0.6, 0.2, 0.3],
    ];
    let scores = scored(Task::Emotion, &labels, answers.map(|each| Answer::Targets(each.to_vec())).to_vec());
    let expected = [0.75, 0.881_818_181_818_181_8, 0.75, 0.75];
    close(&scores.f1_targets, &expected);
    close(&[scores.f1], &[expected.iter().sum::<f64>() / 4.0]);
    close(&[scores.accuracy, scores.accuracy_categories], &[0.625, 0.625]);
    close(&scores.f1_categories, &[1.0, 0.5, 2.0 / 3.0, 0.4]);
    assert_eq!((scores.f1_has0, scores.f1_swapped, scores.accuracy_has0, scores.mae), (None, None, None, None));
}
