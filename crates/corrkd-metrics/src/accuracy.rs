//! Accuracy: of categories, and of scores rounded to the integers of a scale.

use crate::f1::ratio;

/// The share of samples whose category is predicted.
#[must_use]
pub fn accuracy(truth: &[usize], predicted: &[usize]) -> f64 {
    ratio(truth.iter().zip(predicted).filter(|(t, p)| t == p).count(), truth.len().min(predicted.len()))
}

/// The share of scores that agree with their labels once both are cut to `[-limit, limit]` and rounded, halves to
/// even: limit 2 is accuracy 5, limit 3 accuracy 7. Infinite values are cut like others; a NaN agrees with nothing,
/// not with a NaN either, as in numpy's `==`.
#[must_use]
pub fn rounded_accuracy(labels: &[f32], scores: &[f32], limit: u8) -> f64 {
    let limit = f32::from(limit);
    let step = |x: &f32| x.clamp(-limit, limit).round_ties_even();
    ratio(labels.iter().zip(scores).filter(|(l, s)| step(l) == step(s)).count(), labels.len().min(scores.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// import numpy as np
    /// y = np.float32([-3, -1.6, -0.5, 0.5, 1.5, 2.5, 2.4, 0]); p = np.float32([-2.6, -2.4, 0.4, -0.2, 2.5, 3, 5, 1])
    /// [np.mean(np.round(np.clip(y, -k, k)) == np.round(np.clip(p, -k, k))) for k in (2, 3)]  # [0.875, 0.625]
    /// ```
    #[test]
    fn halves_round_to_even_after_the_cut() {
        let labels = [-3.0, -1.6, -0.5, 0.5, 1.5, 2.5, 2.4, 0.0];
        let scores = [-2.6, -2.4, 0.4, -0.2, 2.5, 3.0, 5.0, 1.0];
        assert_eq!(rounded_accuracy(&labels, &scores, 2), 0.875);
        assert_eq!(rounded_accuracy(&labels, &scores, 3), 0.625);
    }

    #[test]
    fn categories() {
        assert_eq!(accuracy(&[0, 1, 2, 2], &[0, 1, 1, 2]), 0.75);
        assert_eq!(accuracy(&[], &[]), 0.0);
    }
}
