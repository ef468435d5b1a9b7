//! The result of a finished run.

use crate::{RunId, RunSpec, SplitSizes, Validation};
use corrkd_config::{Condition, Kernels, PerModality};
use corrkd_metrics::Scores;
use serde::{Deserialize, Serialize};

/// By how much rounding may lift a share above 1.
const EXCESS: f64 = 1e-9;

/// What `result.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// The run.
    pub id: RunId,
    /// What decided it.
    pub spec: RunSpec,
    /// The training that it came of; none of another program's predictions.
    pub training: Option<Trained>,
    /// The test split under every condition. A report computes its scores anew, from the predictions.
    pub test: Vec<ConditionScores>,
    /// BLAKE3 of `predictions.csv`.
    pub predictions: String,
    /// BLAKE3 of `representations.csv`, where there is one.
    pub representations: Option<String>,
    /// BLAKE3 of the events up to the judging of the test split: of the lines of `events.jsonl` before `evaluating`.
    pub history: String,
    /// What did nothing in this run, and what to do about it.
    pub warnings: Vec<String>,
    /// The data's size.
    pub samples: SplitSizes,
    /// What test samples lack by nature.
    pub lacking: Lacking,
    /// Where it ran.
    pub environment: Environment,
}

/// What a training came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// Epochs trained.
    pub epochs: usize,
    /// The epoch whose weights were judged, from 1.
    pub best_epoch: usize,
    /// That epoch on the validation split.
    pub validation: Validation,
    /// BLAKE3 of the best weights' names and values.
    pub weights: String,
    /// BLAKE3 of `best.safetensors`, the file that holds them.
    pub checkpoint: String,
    /// BLAKE3 of `context.safetensors`, what the network answers by beside them; none of a run that an earlier version made.
    #[serde(default)]
    pub context: Option<String>,
    /// Trainable numbers.
    pub parameters: usize,
    /// How long it took, over all its processes.
    pub seconds: f64,
    /// The most memory that its last process held, in bytes, where the system tells.
    pub memory: Option<u64>,
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

impl RunResult {
    /// What no result can say, in words; none where all its numbers are such as a run has.
    pub(crate) fn fault(&self) -> Option<String> {
        if self.training.as_ref().is_some_and(|training| !training.is_possible()) {
            return Some("a loss, a score or a time that no run can have".to_owned());
        }
        let of = self.test.iter().find(|of| !are_possible(&of.scores))?;
        Some(format!("under {} a score that no predictions can have", of.condition))
    }
}

impl Trained {
    fn is_possible(&self) -> bool {
        let Validation { loss, f1, accuracy } = self.validation;
        let numbers = [loss, self.seconds].into_iter().all(|x| (0.0..f64::MAX).contains(&x));
        numbers && is_share(f1) && is_share(accuracy)
    }
}

fn is_share(score: f64) -> bool {
    (0.0..=1.0 + EXCESS).contains(&score)
}

fn are_possible(scores: &Scores) -> bool {
    let Scores { f1, accuracy, f1_weighted, recall_mean, accuracy_categories, .. } = *scores;
    let Scores { f1_has0, f1_swapped, accuracy_has0, accuracy3, accuracy5, accuracy7, mae, pearson, .. } = *scores;
    let shares = [f1, accuracy, f1_weighted, recall_mean, accuracy_categories].into_iter();
    let further = [f1_has0, f1_swapped, accuracy_has0, accuracy3, accuracy5, accuracy7].into_iter().flatten();
    let lists = [&scores.f1_targets, &scores.f1_categories, &scores.recall_categories].into_iter().flatten().copied();
    shares.chain(further).chain(lists).all(is_share)
        && mae.is_none_or(|mae| (0.0..f64::MAX).contains(&mae))
        && pearson.is_none_or(|r| r.abs() <= 1.0 + EXCESS)
}
