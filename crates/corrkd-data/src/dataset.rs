//! A data set ready for training.

use corrkd_config::{Labels, PerModality, Presence};

use crate::{DataStatistics, Fold, Preparation, Split, Summary, Time};

/// A data set: three splits of samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The recipe's name, with the size where the data are generated.
    pub name: String,
    /// The modalities that the data set has. Of others the samples have frames of zeros.
    pub modalities: Presence,
    /// What the labels are.
    pub labels: Labels,
    /// Width D of each modality's frames.
    pub widths: PerModality<usize>,
    /// The greatest number of frames in a sample, T; whether modalities have frames of their own.
    pub time: Time,
    /// Whether the frames of language are words.
    pub words: bool,
    /// How its samples were made of its files.
    pub preparation: Preparation,
    /// A hash of everything the samples depend on; also the key of the cache.
    pub fingerprint: String,
    /// The training samples.
    pub train: Split,
    /// The validation samples.
    pub valid: Split,
    /// The test samples.
    pub test: Split,
    /// What was dropped, replaced and missing on the way.
    pub summary: Summary,
}

impl Dataset {
    /// What missingness needs to know of it.
    #[must_use]
    pub fn statistics(&self) -> DataStatistics {
        DataStatistics::new(self.modalities, self.labels.range(), self.widths, self.train.clone(), self.words)
    }

    /// The samples of one fold.
    #[must_use]
    pub const fn split(&self, fold: Fold) -> &Split {
        match fold {
            Fold::Train => &self.train,
            Fold::Valid => &self.valid,
            Fold::Test => &self.test,
        }
    }
}
