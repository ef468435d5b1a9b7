//! Proofs of SMIL: both networks, the priors and ten steps of both trainings against PyTorch's (`golden/smil.py`),
//! k-means against scikit-learn's, the inner step, that it learns, and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod inner;
mod kmeans;
mod learning;
mod network;
mod settings;
mod steps;

use super::learner::SmilLearner;
use super::{Settings, Smil};
use crate::proof::{WAYS, WIDTHS, emotions, hold, largest, left_by, longest, numbers, scores, table};
use candle_core::{DType, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, Presence, Task};
use corrkd_data::Split;
use corrkd_train::{Context, Learner, Method, Needed};
use std::collections::BTreeMap;

/// The golden file's networks, without dropout.
const SMALL: &str = "
network = { width = 4, heads = 2, layers = 2, feed_forward = 6, hidden = 5 }
reconstruction = { priors = 3, hidden = 6 }
dropout = { encoders = 0.0, hidden = 0.0 }
";

/// The pretraining and the training of a row with these settings.
fn jobs(task: Task, lines: &str) -> [Job; 2] {
    crate::proof::jobs(&Smil, task, lines).try_into().unwrap()
}

/// The network to pretrain.
fn pretrained(job: &Job, seed: u64, context: &Context) -> Box<dyn Learner> {
    Smil.open(job, seed, context, &[]).unwrap()
}

/// SMIL, whose main network is that of a pretraining with these weights.
fn smil(jobs: &[Job; 2], seed: u64, context: &Context, weights: BTreeMap<String, Tensor>) -> SmilLearner {
    let [first, job] = jobs;
    let settings = Settings::read("the test", &job.settings).unwrap();
    let need = Needed { job: first.clone(), weights };
    SmilLearner::new(&settings, job.missing.unwrap(), seed, &need, context).unwrap()
}

/// The same, of a pretraining that has not begun.
fn fresh(task: Task, lines: &str, seed: u64, context: &Context) -> SmilLearner {
    let jobs = jobs(task, lines);
    let weights = pretrained(&jobs[0], seed, context).params().values().unwrap();
    smil(&jobs, seed, context, weights)
}

/// That of data with these modalities and training samples.
fn context(space: LabelSpace, has: Presence, train: Split, dtype: DType, kernels: Kernels) -> Context {
    crate::proof::context(space, has, longest(&train), train, (dtype, kernels))
}

/// What PyTorch left.
fn golden() -> BTreeMap<String, Tensor> {
    left_by("smil", "smil")
}
