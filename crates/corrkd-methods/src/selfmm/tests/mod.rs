//! Proofs of Self-MM: the network and its losses, the labels that it generates, and ten steps against PyTorch's
//! (`golden/selfmm.py`); what its settings admit; and that it learns.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod labels;
mod learning;
mod network;
mod settings;
mod steps;

use super::SelfMm;
use crate::proof::{WAYS, WIDTHS, emotions, hold, jobs, largest, left_by, longest, numbers, scores, table};
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Job, Kernels, LabelSpace, Modality, PerModality, Presence, Task};
use corrkd_data::Split;
use corrkd_train::Context;
use std::collections::BTreeMap;

/// The golden file's network, without dropout.
const SMALL: &str = "
[network]
hidden = { language = 4, audio = 3, vision = 5 }
encoded = { language = 4, audio = 2, vision = 3 }
fused = 6
unimodal = { language = 3, audio = 4, vision = 5 }
[dropout]
encoders = { language = 0.0, audio = 0.0, vision = 0.0 }
fused = 0.0
unimodal = { language = 0.0, audio = 0.0, vision = 0.0 }
";

/// The training of a row with these settings.
fn job(task: Task, lines: &str) -> Job {
    jobs(&SelfMm, task, lines).remove(0)
}

/// That of data with these training samples.
fn context(space: LabelSpace, train: Split, dtype: DType, kernels: Kernels) -> Context {
    crate::proof::context(space, Presence::COMPLETE, longest(&train), train, (dtype, kernels))
}

/// What PyTorch left.
fn golden() -> BTreeMap<String, Tensor> {
    left_by("selfmm", "selfmm")
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
