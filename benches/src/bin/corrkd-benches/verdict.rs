//! A measurement against its baseline.

use super::measured::Measured;
use std::fmt;

/// Two measurements of the same program on an idle machine differ by up to this, whatever their intervals say.
const NOISE: f64 = 0.05;

/// What became of a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Less time by more than noise.
    Faster,
    /// More time by more than noise.
    Slower,
    /// Neither.
    WithinNoise,
}

impl Verdict {
    /// By the interval that the ratio of the medians lies in if both medians lie in theirs.
    pub(super) fn of(now: &Measured, baseline: &Measured) -> Self {
        let [low, high] = now.interval;
        let [base_low, base_high] = baseline.interval;
        if high / base_low < 1.0 - NOISE {
            Self::Faster
        } else if low / base_high > 1.0 + NOISE {
            Self::Slower
        } else {
            Self::WithinNoise
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::WithinNoise => "within noise",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(low: f64, median: f64, high: f64) -> Measured {
        Measured { median, interval: [low, high], samples: None }
    }

    #[test]
    fn a_difference_counts_if_intervals_and_noise_leave_no_doubt() {
        let baseline = measured(9.0, 10.0, 11.0);
        for (now, verdict) in [
            (measured(8.0, 8.2, 8.5), Verdict::Faster),
            // Apart, but by 0.94 only.
            (measured(8.0, 8.2, 8.6), Verdict::WithinNoise),
            (measured(9.9, 10.0, 10.1), Verdict::WithinNoise),
            // Half as much again at the median, but both are uncertain.
            (measured(11.0, 15.0, 19.0), Verdict::WithinNoise),
            (measured(11.6, 12.0, 13.0), Verdict::Slower),
        ] {
            assert_eq!(Verdict::of(&now, &baseline), verdict, "{now:?}");
        }
    }
}
