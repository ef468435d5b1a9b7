//! F1 of a category against the rest, and its mean weighted by the truth's support (scikit-learn's `f1_score(truth,
//! predicted, average="weighted", zero_division=0)`).

/// F1 of one category against the rest: `2 TP / (2 TP + FP + FN)`, 0 where that is undefined.
#[must_use]
pub fn category_f1(truth: &[usize], predicted: &[usize], category: usize) -> f64 {
    let pairs = || truth.iter().zip(predicted);
    let hits = pairs().filter(|&(&t, &p)| t == category && p == category).count();
    let misses = pairs().filter(|&(&t, &p)| (t == category) != (p == category)).count();
    ratio(2 * hits, 2 * hits + misses)
}

/// The mean of the categories' F1, each weighted by how many samples truly belong to it.
#[must_use]
pub fn weighted_f1(truth: &[usize], predicted: &[usize], categories: usize) -> f64 {
    let support = |category| truth.iter().zip(predicted).filter(|&(&t, _)| t == category).count();
    let total: usize = (0..categories).map(support).sum();
    (0..categories).map(|c| category_f1(truth, predicted, c) * ratio(support(c), total)).sum()
}

/// `part / whole`, 0 for an empty whole.
pub(crate) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// ```python
    /// from sklearn.metrics import f1_score
    /// t = [0, 0, 1, 1, 1, 2, 2, 3, 0, 1]; p = [0, 1, 1, 1, 2, 2, 0, 0, 0, 1]
    /// f1_score(t, p, average="weighted", zero_division=0)                        # 0.5714285714285714
    /// f1_score(t, p, average=None, labels=[0, 1, 2, 3, 4], zero_division=0)
    /// # [0.57142857, 0.75, 0.5, 0., 0.]
    /// f1_score(p, t, average="weighted", zero_division=0)                        # 0.6285714285714286: swapped, it differs
    /// ```
    #[test]
    fn as_scikit_learn() {
        let truth = [0, 0, 1, 1, 1, 2, 2, 3, 0, 1];
        let predicted = [0, 1, 1, 1, 2, 2, 0, 0, 0, 1];
        assert!((weighted_f1(&truth, &predicted, 5) - 0.571_428_571_428_571_4).abs() < 1e-12);
        let each = [4.0 / 7.0, 0.75, 0.5, 0.0, 0.0];
        assert_eq!([0, 1, 2, 3, 4].map(|c| category_f1(&truth, &predicted, c)), each);
        assert!((weighted_f1(&predicted, &truth, 5) - 0.628_571_428_571_428_6).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn bounds_and_certainty(pairs in prop::collection::vec((0usize..4, 0usize..4), 1..60)) {
            let (truth, predicted): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            let score = weighted_f1(&truth, &predicted, 4);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&score));
            prop_assert!((weighted_f1(&truth, &truth, 4) - 1.0).abs() < 1e-12);
            // Renaming the categories changes nothing.
            let renamed = |side: &[usize]| side.iter().map(|c| 3 - c).collect::<Vec<_>>();
            prop_assert!((weighted_f1(&renamed(&truth), &renamed(&predicted), 4) - score).abs() < 1e-12);
        }
    }
}
