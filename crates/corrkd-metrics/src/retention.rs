//! The area under the retention curve, corrected for chance (AUDC): how much of what a network can do beyond a constant
//! answer is left as more and more goes missing. Unlike the area under the scores, it is not raised by what a constant
//! scores anyway, and it compares networks that start from different scores.

use crate::area;

/// The area under `retention(p) = (s(p) - c) / (s(0) - c)` over the missing rates p, by trapezoids: s the scores, c what the
/// best constant answer scores, where `low_is_good` for an error as well. 1 times the width of the rates where nothing is
/// lost, 0 for what is no better than the constant as soon as anything is missing, below 0 for what is worse than it.
///
/// None where the first rate is not 0, with fewer than two rates, and where the score at 0 is no better than the constant:
/// there is nothing to retain.
#[must_use]
pub fn retention_area(rates: &[f64], scores: &[f64], constant: f64, low_is_good: bool) -> Option<f64> {
    let (first, complete) = rates.iter().zip(scores).next()?;
    let gain = complete - constant;
    let better = if low_is_good { gain < 0.0 } else { gain > 0.0 };
    (*first == 0.0 && rates.len().min(scores.len()) > 1 && better).then(|| {
        let retained: Vec<f64> = scores.iter().map(|score| (score - constant) / gain).collect();
        area(rates, &retained)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [f64; 3] = [0.0, 0.5, 1.0];

    /// With c = 0.4 the scores 0.8, 0.7, 0.4 retain 1, 0.75, 0: trapezoids of (1 + 0.75) / 4 and (0.75 + 0) / 4.
    #[test]
    fn by_hand() {
        let area = retention_area(&RATES, &[0.8, 0.7, 0.4], 0.4, false).unwrap();
        assert!((area - 0.625).abs() < 1e-12, "{area}");
        // An error of 0.5, 0.75, 1.5 beside a constant's 1 retains 1, 0.5, -1: 0.375 - 0.125.
        let area = retention_area(&RATES, &[0.5, 0.75, 1.5], 1.0, true).unwrap();
        assert!((area - 0.25).abs() < 1e-12, "{area}");
    }

    #[test]
    fn what_loses_nothing_retains_all() {
        assert_eq!(retention_area(&RATES, &[0.75; 3], 0.5, false), Some(1.0));
        assert_eq!(retention_area(&[0.0, 0.5], &[0.75; 2], 0.5, false), Some(0.5));
    }

    #[test]
    fn nothing_to_retain() {
        for scores in [[0.4, 0.3, 0.2], [0.3, 0.9, 0.9], [f64::NAN; 3]] {
            assert_eq!(retention_area(&RATES, &scores, 0.4, false), None);
        }
        assert_eq!(retention_area(&RATES, &[1.2, 0.9, 0.9], 1.0, true), None);
        assert_eq!(retention_area(&[0.1, 0.5], &[0.8, 0.7], 0.4, false), None);
        assert_eq!(retention_area(&[0.0], &[0.8], 0.4, false), None);
        assert_eq!(retention_area(&[], &[], 0.4, false), None);
    }
}
