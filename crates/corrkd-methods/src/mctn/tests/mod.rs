//! Proofs of MCTN: the networks and ten steps of them against PyTorch's (`golden/mctn.py`), which model answers which
//! sample, that it learns, and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod learning;
mod network;
mod sets;
mod settings;
mod steps;

use super::Mctn;
use crate::proof::{WAYS, WIDTHS, emotions, hold, largest, left_by, longest, numbers, scores, table};
use candle_core::{DType, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, Presence, Task};
use corrkd_data::Split;
use corrkd_train::{Context, Learner, Method, Needed};
use std::collections::BTreeMap;

/// The trainings of a row with these settings.
fn jobs(task: Task, lines: &str) -> Vec<Job> {
    crate::proof::jobs(&Mctn, task, lines)
}

/// What learns in each stage, by its name, fresh; the last one gets the others as they start.
fn learners(task: Task, lines: &str, seed: u64, context: &Context) -> BTreeMap<String, Box<dyn Learner>> {
    let jobs = jobs(task, lines);
    let (last, parts) = jobs.split_last().unwrap();
    let open = |job: &Job, needs: &[Needed]| Mctn.open(job, seed, context, needs).unwrap();
    let parts: Vec<(&Job, Box<dyn Learner>)> = parts.iter().map(|job| (job, open(job, &[]))).collect();
    let need = |(job, learner): &(&Job, Box<dyn Learner>)| Needed {
        job: (*job).clone(),
        weights: learner.params().values().unwrap(),
    };
    let last = (last.stage.clone(), open(last, &parts.iter().map(need).collect::<Vec<_>>()));
    parts.into_iter().map(|(job, learner)| (job.stage.clone(), learner)).chain([last]).collect()
}

/// That of data with these modalities and training samples.
fn context(space: LabelSpace, has: Presence, train: Split, dtype: DType, kernels: Kernels) -> Context {
    crate::proof::context(space, has, longest(&train), train, (dtype, kernels))
}

/// What PyTorch left.
fn golden() -> BTreeMap<String, Tensor> {
    left_by("mctn", "mctn")
}
