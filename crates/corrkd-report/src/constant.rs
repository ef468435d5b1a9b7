//! Predictors that never look, as rows under the others.

use crate::target::Target;
use corrkd_metrics::{Zeros, constant_f1, sign_accuracy};

/// Those that have something to say about a target: their names, and whether they call every sample positive. An
/// utterance that none of four emotions is given to is not the answer of any network; each emotion's floor is that of never
/// naming it.
pub(crate) fn predictors(target: &Target) -> Vec<(String, bool)> {
    match target.name {
        None => vec![("all negative".to_owned(), false), ("all positive".to_owned(), true)],
        Some(name) => vec![(format!("never {name}"), false)],
    }
}

/// What such a predictor scores, as a fraction; none for a metric it has no share in, and without samples.
pub(crate) fn score(truth: &[f32], positive: bool, metric: &str) -> Option<f64> {
    let accuracy = |zeros| sign_accuracy(truth, &vec![positive; truth.len()], zeros);
    match metric {
        _ if truth.is_empty() => None,
        "f1" => Some(constant_f1(truth, positive, Zeros::Excluded)),
        "f1_has0" => Some(constant_f1(truth, positive, Zeros::Counted)),
        "accuracy" => Some(accuracy(Zeros::Excluded)),
        "accuracy_has0" => Some(accuracy(Zeros::Counted)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::targets;
    use corrkd_config::Task;

    /// IEMOCAP's test split has 135 happy, 193 sad, 227 angry and 383 neutral utterances.
    ///
    /// ```python
    /// import numpy as np; from sklearn.metrics import f1_score
    /// n = [135, 193, 227, 383]; f = lambda t, p: f1_score(t, p, average="weighted", zero_division=0)
    /// [f(np.repeat([1, 0], [k, 938 - k]), np.zeros(938)) for k in n]  # 0.7897, 0.7031, 0.6540, 0.4398
    /// ```
    #[test]
    fn emotions_that_are_never_named() {
        let labels = [vec![0.0; 135], vec![1.0; 193], vec![2.0; 227], vec![3.0; 383]].concat();
        let scores = targets(Task::Emotion, &labels)
            .iter()
            .map(|target| {
                let [(name, positive)] = &predictors(target)[..] else { panic!("{target:?}") };
                format!("{name} {:.1}", 100.0 * score(&target.truth, *positive, "f1").unwrap())
            })
            .collect::<Vec<_>>();
        assert_eq!(scores, ["never happy 79.0", "never sad 70.3", "never angry 65.4", "never neutral 44.0"]);
    }
}
