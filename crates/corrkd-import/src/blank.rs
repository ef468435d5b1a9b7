//! Frames that hold nothing: zeros, which are missing or data as the recipe says, and values of which none is finite in
//! single precision, which are always missing.

use corrkd_numpy::Numbers;
use std::ops::Range;

use crate::track::Sample;

/// What holds nothing in a modality.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blank {
    /// Samples in which each frame is zero or not finite, and one at least is zero, by fold.
    pub zero_samples: [usize; 3],
    /// Samples in which no value is finite, by fold.
    pub lost_samples: [usize; 3],
    /// Frames of zeros in all other samples.
    pub zero_frames: usize,
    /// Frames without a finite value in all other samples.
    pub lost_frames: usize,
}

impl Blank {
    /// Counts the frames of a sample that stay.
    pub(crate) fn count(&mut self, fold: usize, sample: &Sample, kept: Range<usize>) {
        let (zero, lost) = match &sample.numbers {
            Numbers::Single(values) => frames(values, sample.width, &kept, |v| *v == 0.0, |v| v.is_finite()),
            Numbers::Double(values) => frames(values, sample.width, &kept, |v| *v == 0.0, |v| (*v as f32).is_finite()),
        };
        if zero + lost < kept.len() {
            self.zero_frames += zero;
            self.lost_frames += lost;
        } else if zero > 0 {
            self.zero_samples[fold] += 1;
        } else {
            self.lost_samples[fold] += 1;
        }
    }
}

/// Frames in which all that is finite is zero, and frames without a finite value.
fn frames<T>(
    values: &[T],
    width: usize,
    kept: &Range<usize>,
    zero: impl Fn(&T) -> bool,
    finite: impl Fn(&T) -> bool,
) -> (usize, usize) {
    let rows = || values[kept.start * width..kept.end * width].chunks_exact(width);
    let blank = rows().filter(|row| row.iter().all(|value| zero(value) || !finite(value))).count();
    let lost = rows().filter(|row| !row.iter().any(&finite)).count();
    (blank - lost, lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_nothing() {
        let nan = f32::NAN;
        let mut blank = Blank::default();
        let mut count = |fold, frames: &[f32], kept| {
            let sample = Sample { numbers: Numbers::Single(frames.to_vec()), width: 2 };
            blank.count(fold, &sample, kept);
        };
        count(0, &[0.0, 0.0, 0.0, 0.0], 0..2);
        count(0, &[0.0, -0.0, nan, f32::INFINITY], 0..2);
        count(2, &[nan, nan, nan, nan], 0..2);
        // Padding is no frame; a frame with one number holds something.
        count(1, &[0.0, 0.0, 0.0, 1.0, nan, nan, 0.0, nan, nan, 1.0], 1..5);
        let expected = Blank { zero_samples: [2, 0, 0], lost_samples: [0, 0, 1], zero_frames: 1, lost_frames: 1 };
        assert_eq!(blank, expected);
    }
}
