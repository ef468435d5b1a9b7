//! What was made of a data set's files, in numbers.

use corrkd_config::PerModality;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Numbers of samples by fold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    /// Training samples.
    pub train: usize,
    /// Validation samples.
    pub valid: usize,
    /// Test samples.
    pub test: usize,
}

/// `1143 train, 304 valid, 752 test`.
impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} train, {} valid, {} test", self.train, self.valid, self.test)
    }
}

/// Counts to print before a data set is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Samples.
    pub samples: Samples,
    /// What the recipe says that they should be.
    pub expected: Option<Samples>,
    /// Labels that became no sample.
    pub dropped: Dropped,
    /// NaN and infinite values in the files, which count as not measured.
    pub non_finite: PerModality<usize>,
    /// Samples that have no frame of a modality; none for a modality that the data set does not have.
    pub lacking: PerModality<usize>,
    /// Frames that hold no data, in samples that have others of the modality.
    #[serde(default)]
    pub without_data: PerModality<usize>,
    /// Labels outside the recipe's range that were clipped.
    pub clipped: usize,
    /// Pauses that were left out.
    pub pauses: usize,
    /// Videos of the folds that have no labels.
    pub unlabelled: usize,
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
    /// Their video lacks a modality, and the recipe leaves such videos out.
    pub incomplete: usize,
}

/// `samples: 1143 train, 304 valid, 752 test`, then a line for each count that is not zero.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "samples: {}", self.samples)?;
        if let Some(expected) = self.expected.filter(|expected| *expected != self.samples) {
            write!(f, "\nwarning: the recipe expects {expected}")?;
        }
        let Dropped { without_fold, momentary, without_frames, incomplete } = self.dropped;
        for (count, reason) in [
            (without_fold, "video in no fold"),
            (momentary, "label without duration"),
            (without_frames, "segment without frames"),
            (incomplete, "video lacks a modality"),
        ] {
            if count > 0 {
                write!(f, "\ndropped: {count} ({reason})")?;
            }
        }
        if self.unlabelled > 0 {
            write!(f, "\nfolds: {} videos without labels", self.unlabelled)?;
        }
        if self.clipped > 0 {
            write!(f, "\nlabels: {} outside the range, clipped", self.clipped)?;
        }
        if self.pauses > 0 {
            write!(f, "\npauses: {} left out", self.pauses)?;
        }
        for (modality, &count) in self.non_finite.iter().filter(|&(_, &count)| count > 0) {
            write!(f, "\n{modality}: {count} values not finite, left out of the means")?;
        }
        for (modality, &count) in self.lacking.iter().filter(|&(_, &count)| count > 0) {
            write!(f, "\n{modality}: missing in {count} samples")?;
        }
        for (modality, &count) in self.without_data.iter().filter(|&(_, &count)| count > 0) {
            write!(f, "\n{modality}: {count} single frames without data")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_is_told() {
        let samples = Samples { train: 3, valid: 2, test: 1 };
        let mut summary = Summary { samples, expected: Some(samples), ..Summary::default() };
        assert_eq!(summary.to_string(), "samples: 3 train, 2 valid, 1 test");
        summary.expected = Some(Samples { train: 4, ..samples });
        summary.dropped.without_fold = 4;
        summary.dropped.momentary = 1;
        summary.pauses = 7;
        summary.non_finite.audio = 5;
        summary.lacking.vision = 6;
        summary.without_data.vision = 8;
        assert_eq!(
            summary.to_string(),
            "samples: 3 train, 2 valid, 1 test\nwarning: the recipe expects 4 train, 2 valid, 1 test\n\
             dropped: 4 (video in no fold)\ndropped: 1 (label without duration)\npauses: 7 left out\n\
             audio: 5 values not finite, left out of the means\nvision: missing in 6 samples\n\
             vision: 8 single frames without data"
        );
    }
}
