//! Proofs of MCTN: the networks and ten steps of them against PyTorch's (`golden/mctn.py`), which model answers which
//! sample, that it learns, and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod learning;
mod network;
mod sets;
mod settings;

use super::Mctn;
use crate::golden::{Place, numbers};
use crate::proof::{WIDTHS, emotions, left, longest, scores, table};
use candle_core::{DType, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, Presence, Task};
use corrkd_data::Split;
use corrkd_train::{Context, Learner};
use std::collections::BTreeMap;

/// The trainings of a row with these settings.
fn jobs(task: Task, lines: &str) -> Vec<Job> {
    crate::proof::jobs(&Mctn, task, lines)
}

/// What learns in each stage, by its name, fresh; the last one gets the others as they start.
fn learners(task: Task, lines: &str, seed: u64, context: &Context) -> BTreeMap<String, Box<dyn Learner>> {
    crate::proof::learners(&Mctn, task, lines, seed, context)
}

/// That of data with these modalities and training samples.
fn context(space: LabelSpace, has: Presence, train: Split, dtype: DType, kernels: Kernels) -> Context {
    crate::proof::context(&Place::of_tests().device, space, has, longest(&train), train, (dtype, kernels))
}

/// What PyTorch left.
fn golden() -> BTreeMap<String, Tensor> {
    left(include_bytes!("../golden/mctn.safetensors"))
}
