//! Spearman's rank correlation.

use crate::pearson;
use statrs::statistics::{Data, OrderStatistics, RankTieBreaker};

/// Pearson's r of the values' ranks, in -1..1; equal values share the mean of their ranks. None where a side is
/// constant, fewer than two values included, and none where a value is NaN or infinite.
#[must_use]
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    let (x, y): (Vec<f64>, Vec<f64>) = x.iter().zip(y).unzip();
    if !x.iter().chain(&y).all(|value| value.is_finite()) {
        return None;
    }
    let [x, y] = [x, y].map(|side| Data::new(side).ranks(RankTieBreaker::Average));
    pearson(&x, &y)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// from scipy.stats import spearmanr
    /// spearmanr([1.5, 2.5, -0.5, 3, -2, 0.25], [0.5, 2, 0.25, 1.5, -1, 30]).statistic  # 0.6
    /// spearmanr([1, 2, 2, 2, 5, 7, 7], [3, 1, 3, 2, 2, 9, 4]).statistic                # 0.5144957554275266
    /// spearmanr([-1, -2, -2, 0], [3, 3, 4, 4]).statistic                               # 0.23570226039551584
    /// spearmanr([1, 2], [5, 4]).statistic                                              # -0.9999999999999999
    /// ```
    #[test]
    fn as_scipy() {
        let close = |x: &[f64], y: &[f64], expected: f64| {
            let r = spearman(x, y).unwrap();
            assert!((r - expected).abs() < 1e-12, "{r}, expected {expected}");
        };
        close(&[1.5, 2.5, -0.5, 3.0, -2.0, 0.25], &[0.5, 2.0, 0.25, 1.5, -1.0, 30.0], 0.6);
        close(&[1.0, 2.0, 2.0, 2.0, 5.0, 7.0, 7.0], &[3.0, 1.0, 3.0, 2.0, 2.0, 9.0, 4.0], 0.514_495_755_427_526_6);
        close(&[-1.0, -2.0, -2.0, 0.0], &[3.0, 3.0, 4.0, 4.0], 0.235_702_260_395_515_84);
        close(&[1.0, 2.0], &[5.0, 4.0], -1.0);
    }

    #[test]
    fn a_constant_side_has_none() {
        assert_eq!(spearman(&[], &[]), None);
        assert_eq!(spearman(&[1.0], &[2.0]), None);
        assert_eq!(spearman(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(spearman(&[1.0, f64::NAN, 3.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[1.0, f64::INFINITY, 3.0]), None);
    }
}
