//! The table of confusions.

/// How many samples of each true category (row) were predicted as each category (column), K x K; categories 0..K.
#[must_use]
pub fn confusion(truth: &[usize], predicted: &[usize], categories: usize) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; categories]; categories];
    for (&truth, &predicted) in truth.iter().zip(predicted) {
        if let Some(count) = table.get_mut(truth).and_then(|row| row.get_mut(predicted)) {
            *count += 1;
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// from sklearn.metrics import confusion_matrix
    /// t = [0, 0, 1, 1, 1, 2, 2, 0, 1]; p = [0, 1, 1, 1, 2, 2, 0, 0, 2]
    /// confusion_matrix(t, p, labels=[0, 1, 2, 3])  # [[2, 1, 0, 0], [0, 2, 2, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    /// confusion_matrix(t, p, labels=[0, 1])        # [[2, 1], [0, 2]]: what has another category is left out
    /// ```
    #[test]
    fn as_scikit_learn() {
        let (truth, predicted) = ([0, 0, 1, 1, 1, 2, 2, 0, 1], [0, 1, 1, 1, 2, 2, 0, 0, 2]);
        let table = confusion(&truth, &predicted, 4);
        assert_eq!(table, [[2, 1, 0, 0], [0, 2, 2, 0], [1, 0, 1, 0], [0, 0, 0, 0]]);
        assert_eq!(confusion(&truth, &predicted, 2), [[2, 1], [0, 2]]);
    }
}
