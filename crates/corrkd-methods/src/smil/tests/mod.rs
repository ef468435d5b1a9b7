//! Proofs of SMIL: both networks, the priors and ten steps of both trainings against PyTorch's (`golden/smil.py`),
//! k-means against scikit-learn's, the inner step, that it learns, and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod export;
mod inner;
mod kmeans;
mod learning;
mod network;
mod settings;

use super::{Settings, Smil, SmilLearner};
use crate::golden::{Place, numbers};
use crate::proof::{WIDTHS, emotions, hold, left, longest, scores, table};
use candle_core::{DType, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, Presence, Task};
use corrkd_data::Split;
use corrkd_train::{Context, Learner, Method, Needed};
use std::collections::BTreeMap;

/// The golden file's networks, without dropout.
const SMALL: &str = include_str!("../golden/network.toml");

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
    crate::proof::context(&Place::of_tests().device, space, has, longest(&train), train, (dtype, kernels))
}

/// What PyTorch left.
fn golden() -> BTreeMap<String, Tensor> {
    left(include_bytes!("../golden/smil.safetensors"))
}
