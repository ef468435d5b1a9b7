//! The numbers of an optimizer beside its moments.

use serde::{Deserialize, Serialize};

/// Where an optimizer and its schedule stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizerNote {
    /// Steps taken.
    pub steps: usize,
    /// Each group's rate as the schedule has left it.
    pub rates: Vec<f64>,
    /// The least validation loss, where the schedule looks at it.
    pub best: Option<f64>,
    /// Epochs since then, or since the rates last fell.
    pub waited: usize,
}
