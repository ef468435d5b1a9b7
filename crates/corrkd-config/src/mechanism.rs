//! How frames go missing, or go wrong: the paper's law and others that it does not look at.
//!
//! T is a sample's number of frames of the modality. Of one frame (utterances), half a tail, gap or delay is all of it. Frames
//! that hold no data by nature count among the T; whatever happens they stay missing, and zero.

use crate::Presence;
use serde::{Deserialize, Serialize};

/// What happens to the frames of a modality that is there, at a ratio p between 0 (nothing) and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mechanism {
    /// Each frame is missing with probability p, whatever the others are (intra-modality missingness, the paper's).
    #[default]
    Frames,
    /// Blocks of five consecutive frames are missing, each with probability p: a connection that drops out. The first
    /// block starts anywhere, so a sample's first and last ones may be shorter.
    Bursts,
    /// The last p T frames, rounded, are missing: a recording that stops too early.
    Tail,
    /// p T consecutive frames, rounded, are missing, anywhere in the sample or at a given position: a face that turns away.
    Gap,
    /// Frame t holds what belongs to frame t - p T, rounded; the first ones are missing, and what would come after the end
    /// is lost.
    Delay,
    /// Normal noise takes the place of the share p of each feature's variance over the training split, so that its mean
    /// and variance stay; no frame is missing, and one without data stays zero.
    Noise,
    /// Frames are missing as by `frames`, and told to be so, but hold the mean of each feature over the training split's
    /// frames with data instead of zero. Where features are standardised over the training split that mean is zero.
    Mean,
    /// Recognition errors, in the language stream of data whose language frames are words: each word is wrong with
    /// probability p. Of three wrong ones two are another word, drawn by frequency from the training split, and one is
    /// missing. Nothing happens to audio and vision.
    Words,
    /// Frames are missing with a probability that falls linearly as the label rises through the range of labels (or as
    /// its category comes later in the list), p at the middle: not at random. So what is missing tells of the label.
    Label,
    /// Frames are missing with a probability that falls linearly as their energy (sum of squares) rises through the ranks
    /// of the sample's frames, p on average, as behind a noise gate: not at random.
    Energy,
}

crate::named!(Mechanism {
    Frames: "frames",
    Bursts: "bursts",
    Tail: "tail",
    Gap: "gap",
    Delay: "delay",
    Noise: "noise",
    Mean: "mean",
    Words: "words",
    Label: "label",
    Energy: "energy",
});

impl Mechanism {
    /// The modalities that it can happen to.
    #[must_use]
    pub const fn streams(self) -> Presence {
        match self {
            Self::Words => Presence::ALL[0],
            _ => Presence::COMPLETE,
        }
    }

    /// Whether frames may be others than they were, so that which of them are present does not tell what a network sees.
    #[must_use]
    pub const fn alters(self) -> bool {
        match self {
            Self::Delay | Self::Noise | Self::Mean | Self::Words => true,
            Self::Frames | Self::Bursts | Self::Tail | Self::Gap | Self::Label | Self::Energy => false,
        }
    }
}
