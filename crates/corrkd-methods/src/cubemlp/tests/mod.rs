//! Proofs of CubeMLP: the network and ten steps against PyTorch's (`golden/cubemlp.py`), and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod export;
mod network;
mod settings;

use super::CubeMlp;
use crate::golden::Place;
use crate::proof::{emotions, jobs, left, scores, table};
use candle_core::{DType, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, PerModality, Presence, Task};
use corrkd_data::Split;
use corrkd_train::Context;
use std::collections::BTreeMap;

/// The training of a row with these settings.
fn job(task: Task, lines: &str) -> Job {
    jobs(&CubeMlp, task, lines).remove(0)
}

/// That of data with these training samples, the longest of which may have `time` frames.
fn context(space: LabelSpace, time: usize, train: Split, dtype: DType, kernels: Kernels) -> Context {
    crate::proof::context(
        &Place::of_tests().device,
        space,
        Presence::COMPLETE,
        PerModality::from_fn(|_| time),
        train,
        (dtype, kernels),
    )
}

/// What PyTorch left.
fn golden() -> BTreeMap<String, Tensor> {
    left(include_bytes!("../golden/cubemlp.safetensors"))
}
