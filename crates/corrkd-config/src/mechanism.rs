//! How frames go missing, or go wrong: the paper's law and others that it does not look at.

use serde::{Deserialize, Serialize};

/// What happens to the frames of a modality that is there, in a strength between 0 (nothing) and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mechanism {
    /// Each frame is missing with this probability, whatever the others are (intra-modality missingness, the paper's).
    #[default]
    Frames,
    /// Blocks of consecutive frames are missing, each with this probability: a connection that drops out.
    Bursts,
    /// This share of the frames is missing at the end: a recording that stops too early.
    Tail,
    /// The stream comes late by this share of its frames; what would come after the end is lost.
    Delay,
    /// This share of each feature's variance is noise; no frame is missing.
    Noise,
    /// Frames are missing with a probability that falls as the label rises: not at random.
    Label,
    /// Frames are missing with a probability that falls as their energy rises, as behind a noise gate: not at random.
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
