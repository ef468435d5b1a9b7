//! Accuracy: of categories, and of scores that a scale's convention divides into categories.

use crate::f1::ratio;

/// The share of samples whose category is predicted.
#[must_use]
pub fn accuracy(truth: &[usize], predicted: &[usize]) -> f64 {
    ratio(truth.iter().zip(predicted).filter(|(t, p)| t == p).count(), truth.len().min(predicted.len()))
}

/// The share of scores that fall into the category of their labels, as a scale's convention divides it. What it gives no
/// category, as a NaN, agrees with nothing, not with its like either, as in numpy's `==`.
#[must_use]
pub fn divided_accuracy(labels: &[f32], scores: &[f32], division: impl Fn(f32) -> Option<usize>) -> f64 {
    let agree = |&(&label, &score): &(&f32, &f32)| division(label).is_some_and(|own| division(score) == Some(own));
    ratio(labels.iter().zip(scores).filter(agree).count(), labels.len().min(scores.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SIMS: up to a cut is below it.
    ///
    /// ```python
    /// import numpy as np
    /// y = np.float32([-1, -0.1, -0.05, 0, 0.1, 0.2, 1]); p = np.float32([-0.1, 0, 0.1, 0.05, 0.11, 0.1, 2])
    /// c = lambda x: np.digitize(x, np.float32([-0.1, 0.1]), right=True)
    /// np.mean(c(y) == c(p))  # 0.5714285714285714
    /// ```
    #[test]
    fn as_numpy() {
        let labels = [-1.0, -0.1, -0.05, 0.0, 0.1, 0.2, 1.0];
        let scores = [-0.1, 0.0, 0.1, 0.05, 0.11, 0.1, 2.0];
        let ternary = |x: f32| (!x.is_nan()).then(|| usize::from(x > -0.1) + usize::from(x > 0.1));
        assert_eq!(divided_accuracy(&labels, &scores, ternary), 4.0 / 7.0);
        assert_eq!(divided_accuracy(&[f32::NAN, 1.0], &[f32::NAN, 1.0], ternary), 0.5);
        assert_eq!(divided_accuracy(&[], &[], ternary), 0.0);
    }

    #[test]
    fn categories() {
        assert_eq!(accuracy(&[0, 1, 2, 2], &[0, 1, 1, 2]), 0.75);
        assert_eq!(accuracy(&[], &[]), 0.0);
    }
}
