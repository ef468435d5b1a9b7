//! Proofs of DMD: its modules, its losses, the whole and ten steps against PyTorch's (`golden/modules.py`,
//! `golden/steps.py`), the margin loss against its definition, that it learns, and what its settings admit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod export;
mod learning;
mod margin;
mod missing;
mod modules;
mod network;
mod settings;

use super::Dmd;
use crate::golden::Place;
use crate::proof::{WIDTHS, emotions, jobs, left, scores, table};
use candle_core::DType;
use corrkd_config::{Job, Kernels, LabelSpace, PerModality, Presence, Task};
use corrkd_data::Split;
use corrkd_train::Context;

const WITHOUT_DROPOUT: &str = include_str!("../golden/without_dropout.toml");

/// The training of a row with these settings.
fn job(task: Task, lines: &str) -> Job {
    jobs(&Dmd, task, lines).remove(0)
}

/// That of data with these training samples, the longest of which may have `time` frames.
fn context(space: LabelSpace, time: PerModality<usize>, train: Split, dtype: DType, kernels: Kernels) -> Context {
    crate::proof::context(&Place::of_tests().device, space, Presence::COMPLETE, time, train, (dtype, kernels))
}
