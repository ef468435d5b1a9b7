//! Proofs of TransM: the network, its losses and ten steps of it against PyTorch's (`golden/transm.py`), what must and
//! must not matter to it, that it learns, and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod export;
mod influences;
mod learning;
mod network;
mod settings;

use super::TransM;
use crate::golden::{Place, numbers};
use crate::proof::{WIDTHS, emotions, jobs, left, longest, scores, table};
use candle_core::{DType, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, Missing, PerModality, Presence, Task};
use corrkd_data::Split;
use corrkd_train::Context;
use std::collections::BTreeMap;

const WITHOUT_DROPOUT: &str = include_str!("../golden/without_dropout.toml");

/// The training of a row with these settings.
fn job(task: Task, lines: &str) -> Job {
    jobs(&TransM, task, lines).remove(0)
}

/// The same on samples that lose nothing.
fn complete(task: Task, lines: &str) -> Job {
    let nothing = Missing { inter: false, intra: PerModality::all([0.0, 0.0]), ..Missing::default() };
    Job { missing: Some(nothing), ..job(task, lines) }
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
    left(include_bytes!("../golden/transm.safetensors"))
}
