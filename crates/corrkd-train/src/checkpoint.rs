//! A training's whole state in one file: parameters, the optimizer's moments, what the method keeps, and where it stands. The
//! archive proves its own bytes; what it says of the run, of the best epoch's file and of the history proves that they belong
//! together.

use crate::{Learner, TrainError};
use candle_core::Tensor;
use corrkd_nn::{Archive, Optimizer, OptimizerNote};
use corrkd_record::{RunDir, RunId, Validation, digest};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, path::Path};

const OPTIMIZER: &str = "adam.";
const STATE: &str = "state.";

/// Where a training stands after an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Of which run.
    pub(crate) run: RunId,
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
    /// BLAKE3 of `best.safetensors`; empty in that file itself.
    pub(crate) checkpoint: String,
    /// BLAKE3 of the events up to and including this epoch's; empty in `best.safetensors`, which is written before.
    pub(crate) history: String,
    /// Seconds spent training so far.
    pub(crate) seconds: f64,
}

/// Where a training stands within an epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begun {
    /// Steps done of the epoch.
    pub(crate) step: usize,
    /// The sum of each named loss over them.
    pub(crate) losses: BTreeMap<String, f64>,
    /// Of each named part the sum, and over how many steps.
    pub(crate) parts: BTreeMap<String, (f64, usize)>,
    /// Of the gradient's norms the same.
    pub(crate) norms: (f64, usize),
}

/// The same as it is written down.
#[derive(Serialize, Deserialize)]
struct Step {
    run: RunId,
    /// The epoch, from 1.
    epoch: usize,
    /// Batches learned from in the whole training.
    batches: usize,
    optimizer: OptimizerNote,
    begun: Begun,
    /// Seconds spent on the epoch so far.
    seconds: f64,
}

/// An epoch that a process was told to stop in.
pub(crate) struct Within {
    pub(crate) batches: usize,
    pub(crate) begun: Begun,
    pub(crate) seconds: f64,
}

/// Writes the state within an epoch.
pub(crate) fn save_step(
    dir: &RunDir,
    learner: &dyn Learner,
    optimizer: &Optimizer,
    epoch: usize,
    within: Within,
) -> Result<(), TrainError> {
    let Within { batches, begun, seconds } = within;
    let step = Step { run: dir.id().clone(), epoch, batches, optimizer: optimizer.note(), begun, seconds };
    save(&dir.step_path(), learner, optimizer, &step)
}

/// Takes up the state within an epoch, where there is one of this run and this epoch.
///
/// # Errors
/// As [`resume`].
pub(crate) fn resume_step(
    dir: &RunDir,
    learner: &mut dyn Learner,
    optimizer: &mut Optimizer,
    epoch: usize,
) -> Result<Option<Within>, TrainError> {
    let path = dir.step_path();
    if !path.exists() {
        return Ok(None);
    }
    let (step, tensors) = read::<Step>(&path)?;
    if step.run != *dir.id() || step.epoch != epoch {
        return Ok(None);
    }
    take_up(tensors, &step.optimizer, learner, optimizer)?;
    Ok(Some(Within { batches: step.batches, begun: step.begun, seconds: step.seconds }))
}

/// Writes the state, whole or not at all.
pub(crate) fn save(
    path: &Path,
    learner: &dyn Learner,
    optimizer: &Optimizer,
    note: &impl Serialize,
) -> Result<(), TrainError> {
    let mut tensors = learner.params().values()?;
    for (prefix, values) in [(OPTIMIZER, optimizer.state()?), (STATE, learner.state()?)] {
        tensors.extend(values.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)));
    }
    let note = serde_json::to_string(note).map_err(|e| damaged(path, e))?;
    Ok(Archive { tensors, note }.save(path)?)
}

/// Takes up a state: parameters and what the method keeps go to the learner, moments to the optimizer.
pub(crate) fn resume(
    path: &Path,
    learner: &mut dyn Learner,
    optimizer: &mut Optimizer,
) -> Result<Progress, TrainError> {
    let (progress, tensors) = read::<Progress>(path)?;
    take_up(tensors, &progress.optimizer, learner, optimizer)?;
    Ok(progress)
}

fn take_up(
    tensors: BTreeMap<String, Tensor>,
    note: &OptimizerNote,
    learner: &mut dyn Learner,
    optimizer: &mut Optimizer,
) -> Result<(), TrainError> {
    let Parts { weights, moments, state } = Parts::of(tensors);
    learner.params().load(&weights)?;
    learner.restore(&state)?;
    Ok(optimizer.restore(&moments, note)?)
}

/// Proves that a run can go on from what lies in its directory: the last checkpoint is whole and its own; the best epoch's is
/// the one that it speaks of, or the next epoch's, which a process that was stopped had come to writing and which is written
/// again; and so are the events. Where there is no last checkpoint, there is nothing to go on from.
///
/// # Errors
/// [`TrainError`] naming the file that is damaged, absent or another; [`TrainError::is_damage`] tells that from what keeps it
/// from being read.
pub(crate) fn prove(dir: &RunDir) -> Result<(), TrainError> {
    let (path, best) = (dir.last_path(), dir.best_path());
    if !path.exists() {
        return Ok(());
    }
    let (last, _) = read::<Progress>(&path)?;
    if last.run != *dir.id() {
        return Err(damaged(&path, format_args!("it is the checkpoint of {}", last.run)));
    }
    let is_next = |path| -> Result<bool, TrainError> {
        let (next, _) = read::<Progress>(path)?;
        Ok(next.run == last.run && next.epoch == last.epoch + 1)
    };
    if !best.exists() {
        return Err(damaged(&best, "it is absent, and last.safetensors names it"));
    }
    if digest(&best)? != last.checkpoint && !is_next(&best)? {
        return Err(damaged(&best, format_args!("it is not that of epoch {}, the best so far", last.best_epoch)));
    }
    match dir.history_hash_until(last.epoch)? == last.history {
        true => Ok(()),
        false => Err(damaged(&dir.events_path(), "it tells of another training than last.safetensors")),
    }
}

/// Proves the state within an epoch, where there is one.
///
/// # Errors
/// As [`prove`].
pub(crate) fn prove_step(dir: &RunDir) -> Result<(), TrainError> {
    let path = dir.step_path();
    if path.exists() { read::<Step>(&path).map(|_| ()) } else { Ok(()) }
}

/// The parameters alone.
///
/// # Errors
/// [`TrainError::Nn`] for a file that is absent or damaged.
pub fn weights(path: &Path) -> Result<BTreeMap<String, Tensor>, TrainError> {
    Ok(Parts::of(Archive::load(path)?.tensors).weights)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<(T, BTreeMap<String, Tensor>), TrainError> {
    let Archive { tensors, note } = Archive::load(path)?;
    Ok((serde_json::from_str(&note).map_err(|e| damaged(path, e))?, tensors))
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

pub(crate) fn damaged(path: &Path, reason: impl ToString) -> TrainError {
    TrainError::Checkpoint { path: path.display().to_string(), reason: reason.to_string() }
}
