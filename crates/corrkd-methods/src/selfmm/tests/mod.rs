//! Proofs of Self-MM: the network and its losses, the labels that it generates, and ten steps against PyTorch's
//! (`golden/selfmm.py`); what its settings admit; and that it learns.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod export;
mod labels;
mod learning;
mod network;
mod settings;

use super::SelfMm;
use crate::golden::{Place, numbers};
use crate::proof::{WIDTHS, emotions, hold, jobs, left, longest, scores, table};
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, Modality, PerModality, Presence, Task};
use corrkd_data::Split;
use corrkd_train::Context;
use std::collections::BTreeMap;

/// The golden file's network, without dropout.
const SMALL: &str = include_str!("../golden/network.toml");

/// The training of a row with these settings.
fn job(task: Task, lines: &str) -> Job {
    jobs(&SelfMm, task, lines).remove(0)
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
    left(include_bytes!("../golden/selfmm.safetensors"))
}

/// A learner's state in which the labels of each modality are these, (N, R), and nothing was seen yet.
fn state(labels: &PerModality<Tensor>) -> BTreeMap<String, Tensor> {
    let samples = labels.language.dim(0).unwrap();
    let zeros = |width| Tensor::zeros((samples, width), DType::F64, &Device::Cpu).unwrap();
    let widths = PerModality { language: 3, audio: 4, vision: 5 };
    let of = |m: Modality| {
        [(format!("labels.{m}"), labels.get(m).clone()), (format!("features.{m}"), zeros(*widths.get(m)))]
    };
    Modality::ALL.into_iter().flat_map(of).chain([("features.fused".to_owned(), zeros(6))]).collect()
}
