//! Proofs of GCNet: the network, its losses and ten steps against PyTorch's (`golden/gcnet.py`), what samples of one
//! video are to each other, that it learns, and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod export;
mod learning;
mod network;
mod settings;
mod videos;

use super::GcNet;
use crate::golden::{Place, numbers};
use crate::proof::{WIDTHS, emotions, jobs, left, longest, scores, table};
use candle_core::{DType, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, Presence, Task};
use corrkd_data::Split;
use corrkd_train::Context;
use std::collections::BTreeMap;

/// The training of a row with these settings.
fn job(task: Task, lines: &str) -> Job {
    jobs(&GcNet, task, lines).remove(0)
}

/// That of data with these training samples.
fn context(space: LabelSpace, train: Split, dtype: DType, kernels: Kernels) -> Context {
    crate::proof::context(
        &Place::of_tests().device,
        space,
        Presence::COMPLETE,
        longest(&train),
        train,
        (dtype, kernels),
    )
}

/// What PyTorch left.
fn golden() -> BTreeMap<String, Tensor> {
    left(include_bytes!("../golden/gcnet.safetensors"))
}
