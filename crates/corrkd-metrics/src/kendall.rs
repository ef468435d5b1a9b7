//! Kendall's rank correlation.

/// Kendall's tau-b in -1..1: over all pairs of values, those that both sides put in the same order less those that they
/// put in opposite orders, by the geometric mean of how many pairs each side puts in an order at all. None where a side is
/// constant, fewer than two values included, and none where a value is NaN.
#[must_use]
pub fn kendall_tau(x: &[f64], y: &[f64]) -> Option<f64> {
    let both: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    let (mut agreed, mut by_x, mut by_y) = (0i64, 0i64, 0i64);
    for (i, a) in both.iter().enumerate() {
        for b in &both[..i] {
            let (x, y) = (a.0.partial_cmp(&b.0)? as i64, a.1.partial_cmp(&b.1)? as i64);
            agreed += x * y;
            by_x += x * x;
            by_y += y * y;
        }
    }
    (by_x > 0 && by_y > 0).then(|| agreed as f64 / (by_x as f64 * by_y as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// from scipy.stats import kendalltau
    /// kendalltau([1.5, 2.5, -0.5, 3, -2, 0.25], [0.5, 2, 0.25, 1.5, -1, 30]).statistic  # 0.4666666666666666
    /// kendalltau([1, 2, 2, 2, 5, 7, 7], [3, 1, 3, 2, 2, 9, 4]).statistic                # 0.38949041885226005
    /// kendalltau([-1, -2, -2, 0], [3, 3, 4, 4]).statistic                               # 0.22360679774997896
    /// kendalltau([1, 1, 2], [5, 4, 4]).statistic                                        # -0.49999999999999994
    /// kendalltau([1, 2], [5, 4]).statistic                                              # -1.0
    /// ```
    #[test]
    fn as_scipy() {
        let close = |x: &[f64], y: &[f64], expected: f64| {
            let tau = kendall_tau(x, y).unwrap();
            assert!((tau - expected).abs() < 1e-12, "{tau}, expected {expected}");
        };
        close(&[1.5, 2.5, -0.5, 3.0, -2.0, 0.25], &[0.5, 2.0, 0.25, 1.5, -1.0, 30.0], 0.466_666_666_666_666_6);
        close(&[1.0, 2.0, 2.0, 2.0, 5.0, 7.0, 7.0], &[3.0, 1.0, 3.0, 2.0, 2.0, 9.0, 4.0], 0.389_490_418_852_260_05);
        close(&[-1.0, -2.0, -2.0, 0.0], &[3.0, 3.0, 4.0, 4.0], 0.223_606_797_749_978_96);
        close(&[1.0, 1.0, 2.0], &[5.0, 4.0, 4.0], -0.5);
        close(&[1.0, 2.0], &[5.0, 4.0], -1.0);
    }

    #[test]
    fn a_constant_side_has_none() {
        assert_eq!(kendall_tau(&[], &[]), None);
        assert_eq!(kendall_tau(&[1.0], &[2.0]), None);
        assert_eq!(kendall_tau(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(kendall_tau(&[1.0, 2.0, 3.0], &[0.0, -0.0, 0.0]), None);
        assert_eq!(kendall_tau(&[1.0, f64::NAN, 3.0], &[1.0, 2.0, 3.0]), None);
    }
}
