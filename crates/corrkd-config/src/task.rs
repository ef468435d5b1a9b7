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

crate::named!(
    Task {
        Binary: "binary",
        Ternary: "ternary",
        Five: "five",
        Seven: "seven",
        Emotion: "emotion",
        Regression: "regression",
    },
    ConfigError,
    |got| ConfigError::Task { got }
);
