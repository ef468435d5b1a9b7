//! How frames go missing, or go wrong: the paper's law and others that it does not look at.
//!
//! T is a sample's number of frames. Of a sample of one frame (utterances), half a tail or half a delay is all of it.

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
    /// Frame t holds what belongs to frame t - p T, rounded; the first ones are missing, and what would come after the end
    /// is lost.
    Delay,
    /// Normal noise takes the place of the share p of each feature's variance over the training split, so that its mean
    /// and variance stay; no frame is missing, and one without data stays zero.
    Noise,
    /// Frames are missing with a probability that falls linearly as the label rises through the range of labels (or as
    /// its category comes later in the list), p at the middle: not at random. So what is missing tells of the label.
    Label,
    /// Frames are missing with a probability that falls linearly as their energy (sum of squares) rises through the ranks
    /// of the sample's frames, p on average, as behind a noise gate: not at random.
    Energy,
}

impl Mechanism {
    /// All of them, the paper's first.
    pub const ALL: [Self; 7] =
        [Self::Frames, Self::Bursts, Self::Tail, Self::Delay, Self::Noise, Self::Label, Self::Energy];

    /// The name in files: frames, bursts, tail, delay, noise, label, energy.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frames => "frames",
            Self::Bursts => "bursts",
            Self::Tail => "tail",
            Self::Delay => "delay",
            Self::Noise => "noise",
            Self::Label => "label",
            Self::Energy => "energy",
        }
    }
}

impl std::fmt::Display for Mechanism {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
