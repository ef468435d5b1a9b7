//! The 95 % interval of one network's score over test samples: what another test split might have shown. Other seeds might
//! have shown more.

use crate::{Interval, mean, student_t};

/// The interval of a score of n samples, by the jackknife: `theta ± t_{n-1, 0.975} sqrt((n - 1) / n sum_i (theta_i - mean)^2)`,
/// where `score` of `Some(i)` is that of all but sample i, and of `None` that of all. None of fewer than two samples.
#[must_use]
pub fn jackknife_interval(n: usize, score: impl Fn(Option<usize>) -> f64) -> Option<Interval> {
    let t = student_t(n.checked_sub(1)? as f64)?;
    let left_out: Vec<f64> = (0..n).map(|sample| score(Some(sample))).collect();
    let middle = mean(&left_out)?;
    let squares: f64 = left_out.iter().map(|one| (one - middle).powi(2)).sum();
    let half = t * (squares * (n - 1) as f64 / n as f64).sqrt();
    let all = score(None);
    half.is_finite().then_some(Interval { low: all - half, high: all + half })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t_interval;

    /// Of a mean it is Student's interval.
    #[test]
    fn of_a_mean_it_is_students() {
        let values = [0.3, 0.9, 0.4, 0.1, 0.7];
        let score = |without: Option<usize>| {
            let kept: Vec<f64> = (0..values.len()).filter(|&i| Some(i) != without).map(|i| values[i]).collect();
            mean(&kept).unwrap()
        };
        let got = jackknife_interval(values.len(), score).unwrap();
        let sd = crate::standard_deviation(&values).unwrap();
        let expected = t_interval(values.len(), mean(&values).unwrap(), sd).unwrap();
        assert!((got.low - expected.low).abs() < 1e-12 && (got.high - expected.high).abs() < 1e-12, "{got:?}");
        assert_eq!(jackknife_interval(1, |_| 0.5), None);
        assert_eq!(jackknife_interval(0, |_| 0.5), None);
    }
}
