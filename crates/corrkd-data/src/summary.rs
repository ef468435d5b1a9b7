//! What was made of a data set's files, in numbers.

use corrkd_config::PerModality;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Counts to print before a data set is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Training samples.
    pub train: usize,
    /// Validation samples.
    pub valid: usize,
    /// Test samples.
    pub test: usize,
    /// Labels that became no sample.
    pub dropped: Dropped,
    /// NaN and infinite values in the files, which count as not measured.
    pub non_finite: PerModality<usize>,
    /// Samples that have no frame of a modality.
    pub lacking: PerModality<usize>,
}

/// Rows of the label sequence that became no sample, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Their video is in no fold.
    pub without_fold: usize,
    /// Their interval is shorter than the SDK's tolerance.
    pub momentary: usize,
    /// No word, or no row in any modality.
    pub without_frames: usize,
}

/// `samples: 1143 train, 304 valid, 752 test`, then a line for each count that is not zero.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "samples: {} train, {} valid, {} test", self.train, self.valid, self.test)?;
        let Dropped { without_fold, momentary, without_frames } = self.dropped;
        for (count, reason) in [
            (without_fold, "video in no fold"),
            (momentary, "label without duration"),
            (without_frames, "segment without frames"),
        ] {
            if count > 0 {
                write!(f, "\ndropped: {count} ({reason})")?;
            }
        }
        for (modality, &count) in self.non_finite.iter().filter(|&(_, &count)| count > 0) {
            write!(f, "\n{modality}: {count} values not finite, left out of the means")?;
        }
        for (modality, &count) in self.lacking.iter().filter(|&(_, &count)| count > 0) {
            write!(f, "\n{modality}: missing in {count} samples")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_is_told() {
        let mut summary = Summary { train: 3, valid: 2, test: 1, ..Summary::default() };
        assert_eq!(summary.to_string(), "samples: 3 train, 2 valid, 1 test");
        summary.dropped.without_fold = 4;
        summary.dropped.momentary = 1;
        summary.non_finite.audio = 5;
        summary.lacking.vision = 6;
        assert_eq!(
            summary.to_string(),
            "samples: 3 train, 2 valid, 1 test\ndropped: 4 (video in no fold)\ndropped: 1 (label without duration)\n\
             audio: 5 values not finite, left out of the means\nvision: missing in 6 samples"
        );
    }
}
