//! Positive against negative, the paper's question on MOSI and MOSEI: weighted F1 and accuracy 2.
//!
//! A label of exactly zero is neither. The paper's figure leaves such samples out; a second one in use counts them
//! with the positive ("non-negative against negative"). Both are given, as tables in the literature mix them. -0.0 is
//! zero, an infinite label has its sign, and a NaN label is neither positive nor negative: it is left out of both.

use crate::{accuracy, weighted_f1};

/// What becomes of samples whose label is exactly zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zeros {
    /// Left out: label > 0 against label < 0.
    Excluded,
    /// Counted as positive: label >= 0 against label < 0.
    Counted,
}

/// Weighted F1 of the predicted signs (true: positive).
#[must_use]
pub fn sign_f1(labels: &[f32], positive: &[bool], zeros: Zeros) -> f64 {
    let (truth, predicted) = sides(labels, positive, zeros);
    weighted_f1(&truth, &predicted, 2)
}

/// [`sign_f1`] with truth and prediction exchanged: each side's F1 is the same, since F1 does not tell misses from
/// false alarms, but their mean is weighted by how often each is predicted.
///
/// A diagnostic, never to be compared with [`sign_f1`]: MulT's published code calls `f1_score(predicted, truth)`, and
/// much code made from it does, so figures in the literature may be of this kind.
#[must_use]
pub fn swapped_sign_f1(labels: &[f32], positive: &[bool], zeros: Zeros) -> f64 {
    let (truth, predicted) = sides(labels, positive, zeros);
    weighted_f1(&predicted, &truth, 2)
}

/// Accuracy of the predicted signs (true: positive).
#[must_use]
pub fn sign_accuracy(labels: &[f32], positive: &[bool], zeros: Zeros) -> f64 {
    let (truth, predicted) = sides(labels, positive, zeros);
    accuracy(&truth, &predicted)
}

/// Truth and prediction as the categories 0 (negative) and 1 (positive), of the samples that count.
fn sides(labels: &[f32], positive: &[bool], zeros: Zeros) -> (Vec<usize>, Vec<usize>) {
    labels
        .iter()
        .zip(positive)
        .filter(|&(&label, _)| !label.is_nan() && (zeros == Zeros::Counted || label != 0.0))
        .map(|(&label, &positive)| (usize::from(label >= 0.0), usize::from(positive)))
        .unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// import numpy as np; from sklearn.metrics import f1_score, accuracy_score
    /// y = np.array([1.2, -0.4, 0.0, -2.0, 0.6, -0.0, 2.2]); p = np.array([1, 1, 0, 0, 1, 1, 0], bool)
    /// f1_score(y[y != 0] > 0, p[y != 0], average="weighted"), accuracy_score(y[y != 0] > 0, p[y != 0])  # 0.6, 0.6
    /// f1_score(y >= 0, p, average="weighted"), accuracy_score(y >= 0, p)  # 0.5904761904761904, 0.571428571428571
    /// ```
    #[test]
    fn both_ways_with_zeros() {
        let labels = [1.2, -0.4, 0.0, -2.0, 0.6, -0.0, 2.2];
        let positive = [true, true, false, false, true, true, false];
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
        close(sign_f1(&labels, &positive, Zeros::Excluded), 0.6);
        close(sign_accuracy(&labels, &positive, Zeros::Excluded), 0.6);
        close(sign_f1(&labels, &positive, Zeros::Counted), 0.590_476_190_476_190_4);
        close(sign_accuracy(&labels, &positive, Zeros::Counted), 4.0 / 7.0);
    }
}
