//! Mean and spread over runs.

/// The mean; none of no values.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The sample standard deviation (divisor n - 1), which estimates the spread of further runs; none of fewer than two.
#[must_use]
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    Some((values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.std([74.1, 75.3, 73.8, 76.0], ddof=1)` is 1.0295630140987
    #[test]
    fn as_numpy() {
        let values = [74.1, 75.3, 73.8, 76.0];
        assert!((mean(&values).unwrap() - 74.8).abs() < 1e-12);
        assert!((standard_deviation(&values).unwrap() - 1.029_563_014_098_7).abs() < 1e-12);
        assert_eq!((mean(&[]), standard_deviation(&[1.0])), (None, None));
    }
}
