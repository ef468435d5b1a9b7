//! The scores of the three kinds of answers, against scikit-learn, SciPy and numpy.

use corrkd_config::{Cuts, LabelSpace, Labels, Scale, Task};
use corrkd_metrics::Scores;
use corrkd_record::{Answer, Prediction, scores};

/// MOSI's scale.
fn mosi(task: Task) -> LabelSpace {
    scale(task, [-3.0, 3.0], 0.0, Cuts::default())
}

fn scale(task: Task, range: [f32; 2], neutral: f32, cuts: Cuts) -> LabelSpace {
    LabelSpace::new(task, &Labels::Score(Scale { range, neutral, cuts })).unwrap()
}

fn categories(names: &[&str]) -> LabelSpace {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    LabelSpace::new(Task::Emotion, &Labels::Categories(names)).unwrap()
}

fn scored(space: &LabelSpace, labels: &[f32], answers: Vec<Answer>) -> Scores {
    let prediction = |(i, answer): (usize, Answer)| Prediction {
        condition: "lav".to_owned(),
        id: i.to_string(),
        label: labels[i],
        category: space.category(labels[i]),
        answer,
    };
    let predictions: Vec<Prediction> = answers.into_iter().enumerate().map(prediction).collect();
    scores(space, &predictions.iter().collect::<Vec<_>>())
}

fn close(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    assert!(got.iter().zip(expected).all(|(got, want)| (got - want).abs() < 1e-12), "{got:?} is not {expected:?}");
}

const LABELS: [f32; 12] = [-3.0, -1.8, -0.4, 0.0, 0.0, 0.6, 1.4, 2.5, 3.0, -1.2, 0.2, -0.6];
/// Halves go to the even number, and three are exactly 0: not positive, and not negative either.
const PREDICTED: [f32; 12] = [-2.5, -0.3, 0.0, 0.0, -0.2, 0.5, 2.5, 1.5, 3.4, -1.5, 0.0, -0.7];

/// ```python
/// import numpy as np; from scipy.stats import pearsonr; from sklearn.metrics import *
/// y = np.float32([-3, -1.8, -0.4, 0, 0, 0.6, 1.4, 2.5, 3, -1.2, 0.2, -0.6]); n = y != 0
/// p = np.float32([-2.5, -0.3, 0, 0, -0.2, 0.5, 2.5, 1.5, 3.4, -1.5, 0, -0.7])
/// f = lambda t, p: f1_score(t, p, average="weighted")
/// f(y[n] > 0, p[n] > 0), f(y >= 0, p >= 0), f(p[n] > 0, y[n] > 0)  # 0.898989898989899, 0.8333333333333334, 0.901010101010101
/// accuracy_score(y[n] > 0, p[n] > 0), accuracy_score(y >= 0, p >= 0)  # 0.9, 0.8333333333333334
/// f1_score(y >= 0, p >= 0, average=None)  # [0.8, 0.85714286]
/// [np.mean(np.round(np.clip(y, -k, k)) == np.round(np.clip(p, -k, k))) for k in (1, 2, 3)]  # 10/12, 8/12, 7/12
/// y, p = y.astype(float), p.astype(float)
/// np.abs(y - p).mean(), pearsonr(y, p).statistic  # 0.4833333343267441, 0.9204399251610124
/// c = lambda x: np.round(np.clip(x, -3, 3)) + 3
/// f1_score(c(y), c(p), labels=range(7), average=None, zero_division=0)  # [0, 0, 0.66666667, 0.8, 0, 0.66666667, 1]
/// f1_score(c(y), c(p), average="weighted")                              # 0.5166666666666667
/// recall_score(c(y), c(p), labels=range(7), average=None, zero_division=0)  # [0, 0, 0.5, 1, 0, 1, 1]
/// balanced_accuracy_score(c(y), c(p)), balanced_accuracy_score(y >= 0, p >= 0)  # 0.5, 0.8285714285714285
/// ```
#[test]
fn a_score_is_judged_by_its_sign_its_steps_and_its_distance() {
    let answers = || PREDICTED.map(Answer::Score).to_vec();
    let binary = scored(&mosi(Task::Binary), &LABELS, answers());
    let seven = scored(&mosi(Task::Seven), &LABELS, answers());
    // A regression's categories are those of the finest division.
    assert_eq!(scored(&mosi(Task::Regression), &LABELS, answers()), seven);
    for scores in [&binary, &seven] {
        close(&[scores.f1, scores.f1_has0.unwrap()], &[0.898_989_898_989_899, 5.0 / 6.0]);
        close(&scores.f1_targets, &[scores.f1]);
        close(&[scores.f1_swapped.unwrap()], &[0.901_010_101_010_101]);
        close(&[scores.accuracy, scores.accuracy_has0.unwrap()], &[0.9, 5.0 / 6.0]);
        let divided = [scores.accuracy3, scores.accuracy5, scores.accuracy7].map(Option::unwrap);
        close(&divided, &[10.0 / 12.0, 8.0 / 12.0, 7.0 / 12.0]);
        close(&[scores.mae.unwrap(), scores.pearson.unwrap()], &[0.483_333_334_326_744_1, 0.920_439_925_161_012_4]);
    }
    close(&binary.f1_categories, &[0.8, 6.0 / 7.0]);
    close(&seven.f1_categories, &[0.0, 0.0, 2.0 / 3.0, 0.8, 0.0, 2.0 / 3.0, 1.0]);
    close(&[binary.accuracy_categories, seven.accuracy_categories], &[10.0 / 12.0, 7.0 / 12.0]);
    close(&seven.recall_categories, &[0.0, 0.0, 0.5, 1.0, 0.0, 1.0, 1.0]);
    close(&[binary.recall_mean, seven.recall_mean, seven.f1_weighted], &[29.0 / 35.0, 0.5, 31.0 / 60.0]);
}

/// SIMS: cuts belong to what lies below them, no label is left out, and there is no division into seven.
///
/// ```python
/// import numpy as np; from scipy.stats import pearsonr; from sklearn.metrics import accuracy_score, f1_score
/// y = np.float32([-1, -0.8, -0.7, -0.2, -0.1, 0, 0, 0.1, 0.2, 0.7, 0.8, 1])
/// p = np.float32([-0.6, -0.9, -0.75, 0.1, -0.1, 0, 0.05, 0.3, 0.1, 0.9, 0.7, 1.2])
/// d = lambda x, cuts: np.digitize(x, np.float32(cuts), right=True)
/// accuracy_score(y > 0, p > 0), f1_score(y > 0, p > 0, average="weighted")  # 0.8333333333333334, 0.8333333333333334
/// [accuracy_score(d(y, c), d(p, c)) for c in ([-.1, .1], [-.7, -.1, .1, .7])]  # 0.75, 0.5
/// f1_score(d(y, [-.1, .1]), d(p, [-.1, .1]), average=None)  # [0.88888889, 0.57142857, 0.75]
/// y, p = y.astype(float), p.astype(float)
/// np.abs(y - p).mean(), pearsonr(y, p).statistic  # 0.14166666908810535, 0.9638831139222084
/// ```
#[test]
fn a_scale_that_is_cut() {
    let labels = [-1.0, -0.8, -0.7, -0.2, -0.1, 0.0, 0.0, 0.1, 0.2, 0.7, 0.8, 1.0];
    let predicted = [-0.6, -0.9, -0.75, 0.1, -0.1, 0.0, 0.05, 0.3, 0.1, 0.9, 0.7, 1.2];
    let cuts =
        Cuts { binary: Some([0.0]), ternary: Some([-0.1, 0.1]), five: Some([-0.7, -0.1, 0.1, 0.7]), seven: None };
    let of = |task| {
        let answers = predicted.map(Answer::Score).to_vec();
        scored(&scale(task, [-1.0, 1.0], 0.0, cuts.clone()), &labels, answers)
    };
    for scores in [Task::Binary, Task::Ternary, Task::Five, Task::Regression].map(of) {
        close(&[scores.accuracy, scores.f1], &[5.0 / 6.0, 5.0 / 6.0]);
        close(&[scores.accuracy3.unwrap(), scores.accuracy5.unwrap()], &[0.75, 0.5]);
        close(&[scores.mae.unwrap(), scores.pearson.unwrap()], &[0.141_666_669_088_105_35, 0.963_883_113_922_208_4]);
        assert_eq!((scores.f1_has0, scores.accuracy_has0, scores.accuracy7), (None, None, None));
    }
    close(&of(Task::Ternary).f1_categories, &[8.0 / 9.0, 4.0 / 7.0, 0.75]);
    close(&[of(Task::Binary).accuracy_categories, of(Task::Regression).accuracy_categories], &[5.0 / 6.0, 0.5]);
}

/// POM: 4 of 1 to 7 is neutral, and what MOSI's 0 is.
///
/// ```python
/// import numpy as np; from scipy.stats import pearsonr; from sklearn.metrics import accuracy_score, f1_score
/// y = np.float32([1, 2.5, 4, 4, 3.75, 4.25, 6, 7, 5.5, 3]); p = np.float32([2.5, 3.9, 4, 4.5, 4, 4, 5.2, 7.4, 3.5, 2.4])
/// n = y != 4; f = lambda t, p: f1_score(t, p, average="weighted"); c = lambda x, k: np.round(np.clip(x - 4, -k, k))
/// f(y[n] > 4, p[n] > 4), f(y >= 4, p >= 4), accuracy_score(y[n] > 4, p[n] > 4), accuracy_score(y >= 4, p >= 4)
/// # 0.7333333333333334 0.8 0.75 0.8
/// [np.mean(c(y, k) == c(p, k)) for k in (1, 2, 3)]  # 0.8, 0.6, 0.5
/// y, p = y.astype(float), p.astype(float)
/// np.abs(y - p).mean(), pearsonr(y, p).statistic  # 0.7700000286102295, 0.8041103190005646
/// ```
#[test]
fn a_scale_around_another_value() {
    let labels = [1.0, 2.5, 4.0, 4.0, 3.75, 4.25, 6.0, 7.0, 5.5, 3.0];
    let predicted = [2.5, 3.9, 4.0, 4.5, 4.0, 4.0, 5.2, 7.4, 3.5, 2.4];
    let space = scale(Task::Regression, [1.0, 7.0], 4.0, Cuts::default());
    let scores = scored(&space, &labels, predicted.map(Answer::Score).to_vec());
    close(&[scores.f1, scores.f1_has0.unwrap()], &[11.0 / 15.0, 0.8]);
    close(&[scores.accuracy, scores.accuracy_has0.unwrap()], &[0.75, 0.8]);
    close(&[scores.accuracy3, scores.accuracy5, scores.accuracy7].map(Option::unwrap), &[0.8, 0.6, 0.5]);
    close(&[scores.mae.unwrap(), scores.pearson.unwrap()], &[0.770_000_028_610_229_5, 0.804_110_319_000_564_6]);
}

/// Of a regressor that says one thing to all.
#[test]
fn a_constant_score_has_an_error_and_no_correlation() {
    let scores = scored(&mosi(Task::Regression), &LABELS, vec![Answer::Score(0.25); 12]);
    assert_eq!(scores.pearson, Some(0.0));
    let mae = LABELS.iter().map(|&label| (f64::from(label) - 0.25).abs()).sum::<f64>() / 12.0;
    close(&[scores.mae.unwrap()], &[mae]);
}

/// MELD's seven emotions, uneven; each also as a question of its own.
///
/// ```python
/// import numpy as np; from sklearn.metrics import *
/// t = np.repeat(range(7), [12, 3, 1, 2, 5, 1, 4])
/// q = np.array([4, 2, 0, 0, 5, 0, 0, 3, 0, 0, 1, 0, 0, 5, 1, 0, 5, 3, 4, 2, 4, 4, 0, 5, 6, 0, 6, 6])
/// accuracy_score(t, q), f1_score(t, q, average="weighted"), balanced_accuracy_score(t, q)
/// # 0.5714285714285714 0.5952233067139899 0.5380952380952381
/// f1_score(t, q, average=None), recall_score(t, q, average=None)
/// # [14/23, 0.4, 0, 0.5, 2/3, 0.4, 6/7], [7/12, 1/3, 0, 0.5, 0.6, 1, 0.75]
/// [f1_score(t == k, q == k, average="weighted") for k in range(7)]  # 0.676453980801807, 0.8831932773109242, ..
/// ```
#[test]
fn seven_uneven_categories() {
    let truth = [vec![0; 12], vec![1; 3], vec![2; 1], vec![3; 2], vec![4; 5], vec![5; 1], vec![6; 4]].concat();
    let named = [4, 2, 0, 0, 5, 0, 0, 3, 0, 0, 1, 0, 0, 5, 1, 0, 5, 3, 4, 2, 4, 4, 0, 5, 6, 0, 6, 6];
    let space = categories(&["neutral", "surprise", "fear", "sadness", "joy", "disgust", "anger"]);
    let answer = |named: usize| Answer::Categories {
        probabilities: (0..7).map(|k| if k == named { 0.4 } else { 0.1 }).collect(),
        score: None,
    };
    let labels: Vec<f32> = truth.iter().map(|&k: &u8| f32::from(k)).collect();
    let scores = scored(&space, &labels, named.map(answer).to_vec());
    close(&[scores.accuracy, scores.accuracy_categories], &[4.0 / 7.0; 2]);
    close(&[scores.f1_weighted, scores.recall_mean], &[0.595_223_306_713_989_9, 0.538_095_238_095_238_1]);
    close(&scores.f1_categories, &[14.0 / 23.0, 0.4, 0.0, 0.5, 2.0 / 3.0, 0.4, 6.0 / 7.0]);
    close(&scores.recall_categories, &[7.0 / 12.0, 1.0 / 3.0, 0.0, 0.5, 0.6, 1.0, 0.75]);
    let each = [
        0.676_453_980_801_807,
        0.883_193_277_310_924_2,
        0.909_703_504_043_126_7,
        0.928_571_428_571_428_6,
        0.888_044_579_533_941_2,
        0.921_848_739_495_798_3,
        0.962_099_125_364_431_3,
    ];
    close(&scores.f1_targets, &each);
    close(&[scores.f1], &[each.iter().sum::<f64>() / 7.0]);
    assert_eq!((scores.f1_has0, scores.accuracy3, scores.mae), (None, None, None));
}

/// Only a score can be exactly 0. A label of 0 is left out of Non0, and a prediction of 0 is not positive there; both are
/// non-negative for Has0.
#[test]
fn a_prediction_of_exactly_zero() {
    let of = |label: f32, score: f32| {
        let scores = scored(&mosi(Task::Binary), &[label], vec![Answer::Score(score)]);
        (scores.accuracy, scores.accuracy_has0.unwrap())
    };
    assert_eq!([0.0, -0.0].map(|zero| of(-1.0, zero)), [(1.0, 0.0); 2]);
    assert_eq!([0.0, -0.0].map(|zero| of(1.0, zero)), [(0.0, 1.0); 2]);
    assert_eq!([0.0, -0.0].map(|zero| of(zero, zero)), [(0.0, 1.0); 2]);
    // The same side in both counts, unlike a probability of exactly one half, which is neither.
    let half = Answer::Categories { probabilities: vec![0.5, 0.5], score: None };
    for answer in [half, Answer::Targets(vec![0.5])] {
        let scores = scored(&mosi(Task::Binary), &[1.0], vec![answer]);
        assert_eq!((scores.accuracy, scores.accuracy_has0), (0.0, Some(0.0)));
    }
}

/// Answers of which none has a score give none of the scores that need one.
#[test]
fn a_target_of_a_sentiment_is_its_sign() {
    let probabilities = PREDICTED.map(|score| Answer::Targets(vec![if score > 0.0 { 0.9 } else { 0.1 }])).to_vec();
    let probable = PREDICTED.map(|score| {
        let positive = if score > 0.0 { 0.9 } else { 0.1 };
        Answer::Categories { probabilities: vec![1.0 - positive, positive], score: None }
    });
    let scores = scored(&mosi(Task::Binary), &LABELS, probabilities);
    assert_eq!(scores, scored(&mosi(Task::Binary), &LABELS, probable.to_vec()));
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
    let space = categories(&["happy", "sad", "angry", "neutral"]);
    let scores = scored(&space, &labels, answers.map(|each| Answer::Targets(each.to_vec())).to_vec());
    let expected = [0.75, 0.881_818_181_818_181_8, 0.75, 0.75];
    close(&scores.f1_targets, &expected);
    close(&[scores.f1], &[expected.iter().sum::<f64>() / 4.0]);
    close(&[scores.accuracy, scores.accuracy_categories], &[0.625, 0.625]);
    close(&scores.f1_categories, &[1.0, 0.5, 2.0 / 3.0, 0.4]);
    assert_eq!((scores.f1_has0, scores.f1_swapped, scores.accuracy_has0, scores.mae), (None, None, None, None));
}
