//! The result of a finished run.

use crate::{RunId, RunSpec, SplitSizes, Validation};
use corrkd_config::{Condition, Kernels, PerModality};
use corrkd_metrics::Scores;
use serde::{Deserialize, Serialize};

/// What `result.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// The run.
    pub id: RunId,
    /// What decided it.
    pub spec: RunSpec,
    /// Epochs trained.
    pub epochs: usize,
    /// The epoch whose weights were judged, from 1.
    pub best_epoch: usize,
    /// That epoch on the validation split.
    pub validation: Validation,
    /// The test split under every condition. A report computes its scores anew, from the predictions.
    pub test: Vec<ConditionScores>,
    /// BLAKE3 of the best weights.
    pub weights: String,
    /// BLAKE3 of `predictions.csv`.
    pub predictions: String,
    /// Trainable numbers.
    pub parameters: usize,
    /// The data's size.
    pub samples: SplitSizes,
    /// What test samples lack by nature.
    pub lacking: Lacking,
    /// Where it ran.
    pub environment: Environment,
    /// How long it took, over all its processes.
    pub seconds: f64,
}

/// What samples lack by nature, by modality.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacking {
    /// Samples without a single frame that holds data, of a modality that the data set has.
    pub samples: PerModality<usize>,
    /// Frames without data, in samples that have others.
    pub frames: PerModality<usize>,
}

/// The test split under one condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConditionScores {
    /// What was missing.
    pub condition: Condition,
    /// How well it went.
    pub scores: Scores,
}

/// The machine, as far as it explains a difference in numbers or time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// The processor's name, where the system tells.
    pub cpu: Option<String>,
    /// Threads in use.
    pub threads: usize,
    /// The device, with its index.
    pub device: String,
    /// The form of the layers.
    pub kernels: Kernels,
    /// The program's version.
    pub version: String,
}
