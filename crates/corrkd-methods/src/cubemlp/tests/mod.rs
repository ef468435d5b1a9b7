//! Proofs of CubeMLP: the network and ten steps against PyTorch's (`golden/cubemlp.py`), and what its settings admit.
//!
//! PyTorch computed in f64. Ours in f64 must agree within 1e-9, ours in f32 within 1e-4, each relative to the largest
//! element of PyTorch's tensor.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod network;
mod settings;
mod steps;

use super::CubeMlp;
use candle_core::{DType, Device, Tensor};
use corrkd_config::{
    Cuts, Job, Kernels, LabelSpace, Labels, MethodPlan, PerModality, Presence, Protocol, Row, Scale, Task,
};
use corrkd_data::{DataStatistics, Split};
use corrkd_train::Context;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Table;

const WIDTHS: PerModality<usize> = PerModality { language: 5, audio: 3, vision: 4 };
const WAYS: [(DType, Kernels, f64); 3] =
    [(DType::F64, Kernels::Composed, 1e-9), (DType::F32, Kernels::Composed, 1e-4), (DType::F32, Kernels::Fused, 1e-4)];

/// PyTorch's tensors whose largest element is below this are zero but for rounding, and are compared as such: the gradient
/// of a batch of as many scores that are too high as too low.
const ZERO: f64 = 1e-12;

/// The settings of a method in the lines of an experiment file.
fn table(lines: &str) -> Table {
    toml::from_str(lines).unwrap()
}

/// The training of a row with these settings.
fn job(task: Task, lines: &str) -> Job {
    let protocol = Protocol { task, ..Protocol::default() };
    let stages = CubeMlp.stages("the test", table(lines), &protocol).unwrap();
    let row = Row { name: "r".to_owned(), method: CubeMlp.name().to_owned(), protocol, stages };
    Job::of(&row, &row.stages[0])
}

/// Scores around a neutral value, which goes from three below it to three above.
fn scores(task: Task, neutral: f32) -> LabelSpace {
    let scale = Scale { range: [neutral - 3.0, neutral + 3.0], neutral, cuts: Cuts::default() };
    LabelSpace::new(task, &Labels::Score(scale)).unwrap()
}

/// The four emotions.
fn emotions() -> LabelSpace {
    let names = ["happy", "sad", "angry", "neutral"].map(str::to_owned);
    LabelSpace::new(Task::Emotion, &Labels::Categories(names.to_vec())).unwrap()
}

/// That of data with these training samples, the longest of which may have `time` frames.
fn context(space: LabelSpace, time: usize, train: Split, dtype: DType, kernels: Kernels) -> Context {
    let statistics = DataStatistics::new(Presence::COMPLETE, space.labels().range(), WIDTHS, train.clone(), false);
    Context {
        space,
        widths: WIDTHS,
        time: PerModality::from_fn(|_| time),
        statistics: Arc::new(statistics),
        train,
        dtype,
        device: Device::Cpu,
        kernels,
    }
}

/// What PyTorch left.
fn golden() -> BTreeMap<String, Tensor> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cubemlp/golden/cubemlp.safetensors");
    candle_core::safetensors::load(file, &Device::Cpu).unwrap().into_iter().collect()
}

fn numbers(x: &Tensor) -> Vec<f64> {
    x.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap()
}

fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |largest, x| largest.max(x.abs()))
}

/// Holds numbers to PyTorch's, and gives the largest difference. It is measured by the largest of PyTorch's numbers, or by
/// `least` where that is larger.
fn hold(what: &str, ours: &[f64], theirs: &[f64], least: f64, tolerance: f64) -> f64 {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let largest = largest(theirs).max(least);
    let scale = if largest > ZERO { largest } else { 1.0 };
    ours.iter().zip(theirs).enumerate().fold(0.0, |worst, (i, (a, b))| {
        let difference = (a - b).abs() / scale;
        // Written so that a NaN fails.
        assert!(difference <= tolerance, "{what} at {i}: ours {a}, PyTorch's {b}, of {scale}");
        worst.max(difference)
    })
}
