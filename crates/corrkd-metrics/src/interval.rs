//! Intervals that are made to cover the true value in 95 of 100 repetitions, and the one of a mean by Student's t.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The chance of a true value above an interval, and that of one below it.
const TAIL: f64 = 0.025;

/// From `low` to `high`, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// Whether a value lies in it.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The 95 % interval of the mean of n values with a sample standard deviation (divisor n - 1):
/// `mean ± t_{n-1, 0.975} sd / sqrt(n)`. It takes the values for normally distributed; none of fewer than two.
#[must_use]
pub fn t_interval(n: usize, mean: f64, sd: f64) -> Option<Interval> {
    let half = student_t(n.checked_sub(1)? as f64)? * sd / (n as f64).sqrt();
    half.is_finite().then_some(Interval { low: mean - half, high: mean + half })
}

/// Student's t of a 95 % interval, for degrees of freedom above 0, whole or not.
pub(crate) fn student_t(freedom: f64) -> Option<f64> {
    StudentsT::new(0.0, 1.0, freedom).ok().map(|t| t.inverse_cdf(1.0 - TAIL))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.t.interval(0.95, 3, 74.8, 1.0295630140987 / 2)` is (73.16173549486241, 76.43826450513758)
    #[test]
    fn as_scipy() {
        let interval = t_interval(4, 74.8, 1.029_563_014_098_7).unwrap();
        assert!((interval.low - 73.161_735_494_862_41).abs() < 1e-9, "{interval:?}");
        assert!((interval.high - 76.438_264_505_137_58).abs() < 1e-9, "{interval:?}");
        assert!(interval.holds(74.8) && interval.holds(interval.high) && !interval.holds(73.0));
    }

    /// `scipy.stats.t.ppf(0.975, [0.5, 2, 3.7, 655])`
    #[test]
    fn students_t() {
        for (freedom, expected) in [
            (0.5, 164.557_673_480_488_18),
            (2.0, 4.302_652_729_749_462),
            (3.7, 2.867_520_707_191_189_5),
            (655.0, 1.963_592_360_649_207),
        ] {
            let t = student_t(freedom).unwrap();
            assert!((t / expected - 1.0).abs() < 1e-9, "{freedom}: {t}");
        }
        assert_eq!(student_t(0.0), None);
    }

    #[test]
    fn no_spread_and_too_few() {
        assert_eq!(t_interval(3, 0.5, 0.0), Some(Interval { low: 0.5, high: 0.5 }));
        assert_eq!([0, 1].map(|n| t_interval(n, 0.5, 0.0)), [None; 2]);
    }
}
