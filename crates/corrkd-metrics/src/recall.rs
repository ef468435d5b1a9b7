//! Recall by category, and its mean over the categories: unweighted average recall (UA, balanced accuracy), which a
//! category with few samples moves as much as one with many.

use crate::f1::ratio;

/// The share of a category's samples that are taken for it; 0 for a category without samples.
#[must_use]
pub fn category_recall(truth: &[usize], predicted: &[usize], category: usize) -> f64 {
    let own = || truth.iter().zip(predicted).filter(|&(&t, _)| t == category);
    ratio(own().filter(|&(_, &p)| p == category).count(), own().count())
}

/// The mean recall of the categories that have samples; 0 where none has.
#[must_use]
pub fn mean_recall(truth: &[usize], predicted: &[usize], categories: usize) -> f64 {
    let present: Vec<usize> = (0..categories).filter(|category| truth.contains(category)).collect();
    present.iter().map(|&category| category_recall(truth, predicted, category)).sum::<f64>()
        / present.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// from sklearn.metrics import balanced_accuracy_score, recall_score
    /// t = [0, 0, 1, 1, 1, 2, 2, 3, 0, 1]; p = [0, 1, 1, 1, 2, 2, 0, 4, 0, 1]
    /// recall_score(t, p, average=None, labels=range(6), zero_division=0)  # [0.66666667, 0.75, 0.5, 0., 0., 0.]
    /// balanced_accuracy_score(t, p)                                       # 0.4791666666666667
    /// ```
    #[test]
    fn as_scikit_learn() {
        let truth = [0, 0, 1, 1, 1, 2, 2, 3, 0, 1];
        let predicted = [0, 1, 1, 1, 2, 2, 0, 4, 0, 1];
        let each = [2.0 / 3.0, 0.75, 0.5, 0.0, 0.0, 0.0];
        assert_eq!([0, 1, 2, 3, 4, 5].map(|c| category_recall(&truth, &predicted, c)), each);
        assert!((mean_recall(&truth, &predicted, 6) - 0.479_166_666_666_666_7).abs() < 1e-12);
        assert_eq!(mean_recall(&[], &[], 3), 0.0);
    }

    /// One answer for all has the recall 1 of one category and 0 of the others, however uneven they are.
    #[test]
    fn a_constant_has_one_share_of_the_categories() {
        let truth = [vec![0; 86], vec![1; 8], vec![2; 3], vec![3; 3]].concat();
        for constant in 0..4 {
            assert_eq!(mean_recall(&truth, &[constant; 100], 4), 0.25);
        }
    }
}
