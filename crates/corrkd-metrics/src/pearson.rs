//! Pearson's correlation.

use crate::mean;

/// Pearson's r in -1..1; none where a side is constant, since it then has no direction to agree with, and none where a
/// value is NaN or infinite (SciPy's `pearsonr` returns NaN in both cases, and refuses fewer than two samples).
#[must_use]
pub fn pearson<V: Copy + Into<f64>>(x: &[V], y: &[V]) -> Option<f64> {
    let (x, y): (Vec<f64>, Vec<f64>) = x.iter().zip(y).map(|(&x, &y)| (x.into(), y.into())).unzip();
    if is_constant(&x) || is_constant(&y) {
        return None;
    }
    let (mean_x, mean_y) = (mean(&x)?, mean(&y)?);
    let sum = |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(&y).map(|(x, y)| f(x - mean_x, y - mean_y)).sum::<f64>();
    let r = sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt();
    // Rounding can lead past 1, and an infinite value to NaN.
    r.is_finite().then_some(r.clamp(-1.0, 1.0))
}

/// Whether all values are the same; also of none.
#[must_use]
pub fn is_constant<V: PartialEq>(values: &[V]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// import scipy.stats as s
    /// s.pearsonr([1.0, 2.5, -0.5, 3.0, -2.0], [0.5, 2.0, 0.25, 1.5, -1.0]).statistic  # 0.9551962649344539
    /// ```
    #[test]
    fn as_scipy() {
        let r = pearson(&[1.0, 2.5, -0.5, 3.0, -2.0], &[0.5, 2.0, 0.25, 1.5, -1.0]).unwrap();
        assert!((r - 0.955_196_264_934_453_9).abs() < 1e-12, "{r}");
    }

    #[test]
    fn never_past_one() {
        // Uncut this is 1.0000000000000002.
        let labels = [1.3, -1.7, -0.3];
        assert_eq!(pearson(&labels, &labels.map(|label| 3.0 * label)), Some(1.0));
    }

    #[test]
    fn a_constant_side_has_none() {
        assert_eq!(pearson(&[0.1; 3], &[1.0, 2.0, 3.0]), None);
        assert_eq!(pearson(&[1.0, 2.0, 3.0], &[0.1; 3]), None);
        assert_eq!(pearson::<f64>(&[], &[]), None);
        assert_eq!(pearson(&[1.0, f32::NAN, 3.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(pearson(&[1.0, 2.0, 3.0], &[1.0, f32::INFINITY, 3.0]), None);
    }
}
