//! What an experiment asks of a data set's labels.

use crate::ConfigError;
use serde::{Deserialize, Serialize};

/// What is predicted. How labels become categories is the data set's: see [`LabelSpace`](crate::LabelSpace).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Negative or positive; a neutral score is trained as positive, and left out of the paper's figure at test time.
    #[default]
    Binary,
    /// Negative, neutral or positive.
    Ternary,
    /// The five categories of the scale.
    Five,
    /// The seven categories of the scale.
    Seven,
    /// The data set's own categories: emotions, mostly.
    Emotion,
    /// The score itself.
    Regression,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Binary, Self::Ternary, Self::Five, Self::Seven, Self::Emotion, Self::Regression];

    /// The name in files: binary, ternary, five, seven, emotion, regression.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Ternary => "ternary",
            Self::Five => "five",
            Self::Seven => "seven",
            Self::Emotion => "emotion",
            Self::Regression => "regression",
        }
    }
}

impl std::fmt::Display for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Task {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let known = Self::ALL.into_iter().find(|task| task.name() == text);
        known.ok_or_else(|| ConfigError::Task { got: text.to_owned() })
    }
}
