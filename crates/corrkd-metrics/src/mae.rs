//! Mean absolute error.

use crate::mean;

/// The mean distance of scores from their labels, in the labels' unit; none without samples, and none where a value is
/// NaN or infinite (scikit-learn's `mean_absolute_error` refuses these).
#[must_use]
pub fn mean_absolute_error(labels: &[f32], scores: &[f32]) -> Option<f64> {
    let distance = |(&l, &s): (&f32, &f32)| (f64::from(l) - f64::from(s)).abs();
    mean(&labels.iter().zip(scores).map(distance).collect::<Vec<_>>()).filter(|mean| mean.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(mean_absolute_error(&[1.0, -2.0, 0.5], &[0.5, -3.0, 0.5]), Some(0.5));
        assert_eq!(mean_absolute_error(&[], &[]), None);
        for odd in [f32::NAN, f32::INFINITY] {
            assert_eq!(mean_absolute_error(&[1.0, odd], &[1.0, odd]), None);
        }
    }
}
