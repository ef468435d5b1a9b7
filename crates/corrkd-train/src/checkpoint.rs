//! A training's whole state in one file: parameters, the optimizer's moments, what the method keeps, and where it stands.

use crate::{Learner, TrainError};
use candle_core::Tensor;
use corrkd_nn::{Archive, Optimizer, OptimizerNote};
use corrkd_record::Validation;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

const OPTIMIZER: &str = "adam.";
const STATE: &str = "state.";

/// Where a training stands after an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Epochs done.
    pub(crate) epoch: usize,
    /// Batches learned from.
    pub(crate) batches: usize,
    /// The optimizer's numbers beside its moments.
    pub(crate) optimizer: OptimizerNote,
    /// The best epoch so far.
    pub(crate) best_epoch: usize,
    /// Its validation scores.
    pub(crate) best: Validation,
    /// Seconds spent training so far.
    pub(crate) seconds: f64,
}

/// Writes the state, whole or not at all.
pub(crate) fn save(
    path: &Path,
    learner: &dyn Learner,
    optimizer: &Optimizer,
    progress: &Progress,
) -> Result<(), TrainError> {
    let mut tensors = learner.params().values()?;
    for (prefix, values) in [(OPTIMIZER, optimizer.state()?), (STATE, learner.state()?)] {
        tensors.extend(values.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)));
    }
    let note = serde_json::to_string(progress).map_err(|e| damaged(path, &e.to_string()))?;
    Ok(Archive { tensors, note }.save(path)?)
}

/// Takes up a state: parameters and what the method keeps go to the learner, moments to the optimizer.
pub(crate) fn resume(
    path: &Path,
    learner: &mut dyn Learner,
    optimizer: &mut Optimizer,
) -> Result<Progress, TrainError> {
    let archive = Archive::load(path)?;
    let progress: Progress = serde_json::from_str(&archive.note).map_err(|e| damaged(path, &e.to_string()))?;
    let Parts { weights, moments, state } = Parts::of(archive.tensors);
    learner.params().load(&weights)?;
    learner.restore(&state)?;
    optimizer.restore(&moments, &progress.optimizer)?;
    Ok(progress)
}

/// The parameters alone.
///
/// # Errors
/// [`TrainError::Nn`] for a file that is absent or damaged.
pub fn weights(path: &Path) -> Result<BTreeMap<String, Tensor>, TrainError> {
    Ok(Parts::of(Archive::load(path)?.tensors).weights)
}

/// A checkpoint's tensors, each part under its own names.
#[derive(Default)]
struct Parts {
    weights: BTreeMap<String, Tensor>,
    moments: BTreeMap<String, Tensor>,
    state: BTreeMap<String, Tensor>,
}

impl Parts {
    fn of(tensors: BTreeMap<String, Tensor>) -> Self {
        let mut parts = Self::default();
        for (name, tensor) in tensors {
            match (name.strip_prefix(OPTIMIZER), name.strip_prefix(STATE)) {
                (Some(moment), _) => parts.moments.insert(moment.to_owned(), tensor),
                (None, Some(of_state)) => parts.state.insert(of_state.to_owned(), tensor),
                (None, None) => parts.weights.insert(name, tensor),
            };
        }
        parts
    }
}

fn damaged(path: &Path, reason: &str) -> TrainError {
    TrainError::Checkpoint { path: path.display().to_string(), reason: reason.to_owned() }
}
