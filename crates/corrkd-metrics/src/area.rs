//! The area under a curve, by trapezoids: TFR-Net's AUILC, where x are missing rates and y the scores there.

/// `sum_i (y_i + y_{i+1}) / 2 * (x_{i+1} - x_i)`, in y's unit times x's; 0 for fewer than two points.
#[must_use]
pub fn area(x: &[f64], y: &[f64]) -> f64 {
    x.windows(2).zip(y.windows(2)).map(|(x, y)| (y[0] + y[1]) / 2.0 * (x[1] - x[0])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// import scipy.integrate as i
    /// i.trapezoid([80, 76, 60, 44], x=[0, 0.1, 0.5, 1.0])  # 61.0
    /// ```
    #[test]
    fn as_scipy() {
        assert!((area(&[0.0, 0.1, 0.5, 1.0], &[80.0, 76.0, 60.0, 44.0]) - 61.0).abs() < 1e-12);
        assert_eq!(area(&[0.5], &[80.0]), 0.0);
    }
}
