//! A training's whole state in one file: parameters, Adam's moments, and where it stands.

use crate::TrainError;
use crate::learner::Learner;
use candle_core::Tensor;
use corrkd_nn::{Adam, Archive};
use corrkd_record::Validation;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

const OPTIMIZER: &str = "adam.";

/// Where a training stands after an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Epochs done.
    pub(crate) epoch: usize,
    /// Optimizer steps done.
    pub(crate) step: usize,
    /// The best epoch so far.
    pub(crate) best_epoch: usize,
    /// Its validation scores.
    pub(crate) best: Validation,
    /// Seconds spent training so far.
    pub(crate) seconds: f64,
}

/// Writes the state, whole or not at all.
pub(crate) fn save(path: &Path, learner: &dyn Learner, adam: &Adam, progress: &Progress) -> Result<(), TrainError> {
    let mut tensors = learner.params().values()?;
    tensors.extend(adam.state()?.into_iter().map(|(name, moment)| (format!("{OPTIMIZER}{name}"), moment)));
    let note = serde_json::to_string(progress).map_err(|e| damaged(path, &e.to_string()))?;
    Ok(Archive { tensors, note }.save(path)?)
}

/// Takes up a state: parameters and moments go to the learner and the optimizer.
pub(crate) fn resume(path: &Path, learner: &dyn Learner, adam: &mut Adam) -> Result<Progress, TrainError> {
    let archive = Archive::load(path)?;
    let progress: Progress = serde_json::from_str(&archive.note).map_err(|e| damaged(path, &e.to_string()))?;
    let (moments, weights) = divide(archive.tensors);
    learner.params().load(&weights)?;
    adam.restore(&moments, progress.step)?;
    Ok(progress)
}

/// The parameters alone.
pub(crate) fn weights(path: &Path) -> Result<BTreeMap<String, Tensor>, TrainError> {
    Ok(divide(Archive::load(path)?.tensors).1)
}

/// Adam's moments, under their own names, and the parameters.
fn divide(tensors: BTreeMap<String, Tensor>) -> (BTreeMap<String, Tensor>, BTreeMap<String, Tensor>) {
    let (mut moments, mut weights) = (BTreeMap::new(), BTreeMap::new());
    for (name, tensor) in tensors {
        match name.strip_prefix(OPTIMIZER) {
            Some(moment) => moments.insert(moment.to_owned(), tensor),
            None => weights.insert(name, tensor),
        };
    }
    (moments, weights)
}

fn damaged(path: &Path, reason: &str) -> TrainError {
    TrainError::Checkpoint { path: path.display().to_string(), reason: reason.to_owned() }
}
