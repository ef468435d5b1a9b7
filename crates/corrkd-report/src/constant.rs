//! Predictors that never look, as rows under the others: one side of the scale, or one category, for every sample; and for
//! a regression the test split's mean and median, than which no constant errs less.

use crate::evidence::Evidence;
use crate::listed::listed;
use crate::target::Target;
use corrkd_config::LabelSpace;
use corrkd_metrics::{Scores, Zeros, constant_f1, mean};
use corrkd_record::{Answer, Prediction, scores};

/// Those that have something to say about a target in the main table: their names, and whether they call every sample
/// positive. An utterance that none of several emotions is given to is not the answer of any network; each emotion's floor
/// is that of never naming it.
pub(crate) fn predictors(target: &Target) -> Vec<(String, bool)> {
    match &target.name {
        None => vec![("all negative".to_owned(), false), ("all positive".to_owned(), true)],
        Some(name) => vec![(format!("never {name}"), false)],
    }
}

/// The weighted F1 of such a predictor, as a fraction; none without samples.
pub(crate) fn f1(truth: &[f32], positive: bool) -> Option<f64> {
    (!truth.is_empty()).then(|| constant_f1(truth, positive, Zeros::Excluded))
}

/// One answer to every sample.
pub(crate) struct Constant {
    /// What it is called.
    pub(crate) name: String,
    /// What it scores, by metric.
    scores: Vec<(String, f64)>,
}

impl Constant {
    /// What it scores; none for a metric it has no share in.
    pub(crate) fn score(&self, metric: &str) -> Option<f64> {
        self.scores.iter().find(|of| of.0 == metric).map(|of| of.1)
    }
}

/// What the task's constants score on the test split; none without samples.
pub(crate) fn constants(evidence: &Evidence) -> Vec<Constant> {
    let Evidence { labels, space, targets, .. } = evidence;
    if labels.is_empty() {
        return Vec::new();
    }
    let of = |name: String, answer: &Answer| Constant { name, scores: listed(&judged(space, labels, answer), targets) };
    let category = |k: usize| {
        let probabilities: Vec<f32> = (0..space.categories()).map(|of| if of == k { 1.0 } else { 0.0 }).collect();
        Answer::Categories { score: space.score(&probabilities), probabilities }
    };
    if !space.is_score() {
        let names = space.names().iter().enumerate();
        return names.map(|(k, name)| of(format!("always {name}"), &category(k))).collect();
    }
    let sides = [("all negative", 0.0), ("all positive", 1.0)].map(|(name, p)| {
        let mut constant = of(name.to_owned(), &Answer::Targets(vec![p]));
        // A side of the scale is no category of it.
        constant.scores.retain(|(metric, _)| ["f1", "f1_has0", "accuracy", "accuracy_has0"].contains(&metric.as_str()));
        constant
    });
    let regressed = evidence.regresses().then(|| {
        let score =
            |name: &str, score: f64| of(format!("always the {name} ({score:.2})"), &Answer::Score(score as f32));
        let values: Vec<f64> = labels.iter().copied().map(f64::from).collect();
        [score("mean", mean(&values).unwrap_or(0.0)), score("median", median(values))]
    });
    let frequent = || {
        let count = |k: usize| labels.iter().filter(|&&label| space.category(label) == k).count();
        (0..space.categories()).rev().max_by_key(|&k| count(k)).unwrap_or(0)
    };
    let most = (space.categories() > 2 && regressed.is_none()).then(|| {
        let k = frequent();
        of(format!("always {}", space.names()[k]), &category(k))
    });
    sides.into_iter().chain(most).chain(regressed.into_iter().flatten()).collect()
}

/// The scores of one answer to all samples.
fn judged(space: &LabelSpace, labels: &[f32], answer: &Answer) -> Scores {
    let prediction = |&label: &f32| Prediction {
        condition: String::new(),
        id: String::new(),
        label,
        category: space.category(label),
        answer: answer.clone(),
    };
    let predictions: Vec<Prediction> = labels.iter().map(prediction).collect();
    scores(space, &predictions.iter().collect::<Vec<_>>())
}

/// The middle one, the mean of two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], values[middle]) } else { values[middle] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::targets;
    use corrkd_config::{Labels, Task};

    /// IEMOCAP's test split has 135 happy, 193 sad, 227 angry and 383 neutral utterances.
    ///
    /// ```python
    /// import numpy as np; from sklearn.metrics import f1_score
    /// n = [135, 193, 227, 383]; f = lambda t, p: f1_score(t, p, average="weighted", zero_division=0)
    /// [f(np.repeat([1, 0], [k, 938 - k]), np.zeros(938)) for k in n]  # 0.7897, 0.7031, 0.6540, 0.4398
    /// ```
    #[test]
    fn emotions_that_are_never_named() {
        let names = ["happy", "sad", "angry", "neutral"].map(str::to_owned).to_vec();
        let space = LabelSpace::new(Task::Emotion, &Labels::Categories(names)).unwrap();
        let labels = [vec![0.0; 135], vec![1.0; 193], vec![2.0; 227], vec![3.0; 383]].concat();
        let scores = targets(&space, &labels)
            .iter()
            .map(|target| {
                let [(name, positive)] = &predictors(target)[..] else { panic!("{target:?}") };
                format!("{name} {:.1}", 100.0 * f1(&target.truth, *positive).unwrap())
            })
            .collect::<Vec<_>>();
        assert_eq!(scores, ["never happy 79.0", "never sad 70.3", "never angry 65.4", "never neutral 44.0"]);
    }

    #[test]
    fn medians() {
        assert_eq!([median(vec![3.0, -1.0, 0.5]), median(vec![2.0, 1.0, 4.0, -3.0])], [0.5, 1.5]);
    }
}
