//! Mean absolute error.

use crate::mean;

/// The mean distance of scores from their labels, in the labels' unit; none without samples.
#[must_use]
pub fn mean_absolute_error(labels: &[f32], scores: &[f32]) -> Option<f64> {
    mean(&labels.iter().zip(scores).map(|(&l, &s)| (f64::from(l) - f64::from(s)).abs()).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(mean_absolute_error(&[1.0, -2.0, 0.5], &[0.5, -3.0, 0.5]), Some(0.5));
        assert_eq!(mean_absolute_error(&[], &[]), None);
    }
}
