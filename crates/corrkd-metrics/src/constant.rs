//! What a predictor that never looks scores: the floor under every table.

use crate::{Zeros, sign_f1};

/// Weighted F1 of calling every sample positive, or every one negative.
#[must_use]
pub fn constant_f1(labels: &[f32], positive: bool, zeros: Zeros) -> f64 {
    sign_f1(labels, &vec![positive; labels.len()], zeros)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MOSI's test split: 277 positive, 379 negative, 30 zero.
    ///
    /// ```python
    /// import numpy as np; from sklearn.metrics import f1_score
    /// y = np.repeat([1, -1, 0], [277, 379, 30]); f = lambda t, p: f1_score(t, p, average="weighted", zero_division=0)
    /// [f(y[y != 0] > 0, np.full(656, s)) for s in (False, True)]  # 0.42312065511959, 0.25072870101691
    /// [f(y >= 0, np.full(686, s)) for s in (False, True)]         # 0.39321917901970, 0.27671543369182
    /// ```
    #[test]
    fn mosi() {
        let labels = [vec![1.0; 277], vec![-1.0; 379], vec![0.0; 30]].concat();
        for (positive, zeros, expected) in [
            (false, Zeros::Excluded, 0.423_120_655_119_594_7),
            (true, Zeros::Excluded, 0.250_728_701_016_913_7),
            (false, Zeros::Counted, 0.393_219_179_019_696_4),
            (true, Zeros::Counted, 0.276_715_433_691_819_45),
        ] {
            let got = constant_f1(&labels, positive, zeros);
            assert!((got - expected).abs() < 1e-9, "{positive} {zeros:?}: {got} is not {expected}");
        }
    }
}
