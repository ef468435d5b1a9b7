//! Proofs of DMD: its modules, its losses, the whole and ten steps against PyTorch's (`golden/modules.py`,
//! `golden/steps.py`), the margin loss against its definition, that it learns, and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../../../corrkd-nn/tests/golden/mod.rs"]
mod golden;
mod learning;
mod margin;
mod missing;
mod modules;
mod network;
mod settings;
mod steps;

use super::Dmd;
use crate::proof::{WAYS, WIDTHS, emotions, hold, jobs, largest, numbers, scores, table};
use candle_core::{DType, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, PerModality, Presence, Task};
use corrkd_data::Split;
use corrkd_train::Context;
use std::collections::BTreeMap;

const WITHOUT_DROPOUT: &str = "
[dropout]
language = 0.0
attention = { language = 0.0, audio = 0.0, vision = 0.0 }
embedding = 0.0
output = 0.0
";

/// The training of a row with these settings.
fn job(task: Task, lines: &str) -> Job {
    jobs(&Dmd, task, lines).remove(0)
}

/// That of data with these training samples, the longest of which may have `time` frames.
fn context(space: LabelSpace, time: PerModality<usize>, train: Split, dtype: DType, kernels: Kernels) -> Context {
    crate::proof::context(space, Presence::COMPLETE, time, train, (dtype, kernels))
}

/// What a script of PyTorch's left.
fn left_by(script: &str) -> BTreeMap<String, Tensor> {
    crate::proof::left_by("dmd", script)
}
