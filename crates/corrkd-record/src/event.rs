//! What a run says while it works: JSON lines, on its standard output and in `events.jsonl`.

use crate::RunId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// Another process works on the run; this one waits for its result, or for its end. Told to the runner alone.
    Waiting,
    /// Training begins.
    Started {
        /// Which run.
        run: RunId,
        /// Its data.
        samples: SplitSizes,
        /// Trainable numbers.
        parameters: usize,
        /// Epochs it is to train.
        epochs: usize,
        /// The epoch after which it goes on, where an earlier process was stopped.
        resumed_from: Option<usize>,
    },
    /// An epoch is done.
    Epoch {
        /// Which, from 1.
        epoch: usize,
        /// Of how many.
        epochs: usize,
        /// Each named loss term's mean over the epoch's steps, and `total`.
        losses: BTreeMap<String, f64>,
        /// What the terms are made of: each named part's mean over the steps that have it, such as `scd.push`.
        parts: BTreeMap<String, f64>,
        /// Mean Euclidean norm of the gradient before it is cut.
        gradient_norm: f64,
        /// How it does on the validation split.
        validation: Validation,
        /// Whether no epoch before was better.
        best: bool,
        /// How long it took.
        seconds: f64,
    },
    /// A part of the method did nothing, or the network says nothing: what, and what to do.
    Warning {
        /// In words.
        message: String,
    },
    /// It was told to stop, and did: the same run goes on from there.
    Stopped {
        /// The epoch that it was at, from 1.
        epoch: usize,
        /// The steps of it that are done.
        step: usize,
    },
    /// Training is over, the test split is being judged.
    Evaluating {
        /// Test conditions.
        conditions: usize,
    },
    /// The result is written.
    Finished {
        /// The epoch whose weights were judged.
        best_epoch: usize,
        /// How long the training took.
        seconds: f64,
        /// The seconds that this process spent on each part of the work: `data`, `step: forward`, `validation: answers`.
        #[serde(default)]
        spent: BTreeMap<String, f64>,
    },
    /// The run ends without a result.
    Failed {
        /// Why.
        message: String,
    },
}

/// Scores on the validation split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// Mean cross entropy, nats.
    pub loss: f64,
    /// Weighted F1, zeros excluded, 0..1.
    pub f1: f64,
    /// Accuracy, zeros excluded, 0..1.
    pub accuracy: f64,
}

/// Samples of each split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitSizes {
    /// Training.
    pub train: usize,
    /// Validation.
    pub valid: usize,
    /// Test.
    pub test: usize,
}
