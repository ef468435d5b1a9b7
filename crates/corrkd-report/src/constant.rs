//! Two predictors that never look, as rows under the others.

use corrkd_metrics::{Zeros, constant_f1, sign_accuracy};

/// Their names, and whether they call every sample positive.
pub(crate) const PREDICTORS: [(&str, bool); 2] = [("all negative", false), ("all positive", true)];

/// What such a predictor scores, as a fraction; none for a metric it has no share in.
pub(crate) fn score(labels: &[f32], positive: bool, metric: &str) -> Option<f64> {
    let accuracy = |zeros| sign_accuracy(labels, &vec![positive; labels.len()], zeros);
    match metric {
        "f1" => Some(constant_f1(labels, positive, Zeros::Excluded)),
        "f1_has0" => Some(constant_f1(labels, positive, Zeros::Counted)),
        "accuracy" => Some(accuracy(Zeros::Excluded)),
        "accuracy_has0" => Some(accuracy(Zeros::Counted)),
        _ => None,
    }
}
