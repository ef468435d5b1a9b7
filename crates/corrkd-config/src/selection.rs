//! What makes an epoch the best.

use serde::{Deserialize, Serialize};

/// The validation score that picks an epoch, a mean over the conditions that a training is validated under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// The lowest loss: cross entropy of probabilities, the mean absolute error of scores.
    #[default]
    Loss,
    /// The highest weighted F1.
    F1,
}
