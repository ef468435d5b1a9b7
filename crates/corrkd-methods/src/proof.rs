//! What proofs against PyTorch share: settings, labels and data of tests, and how far numbers may be apart.
//!
//! PyTorch computed in f64. Ours in f64 must agree within 1e-9, ours in f32 within 1e-4, each relative to the largest element of
//! PyTorch's tensor.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use candle_core::{DType, Device, Tensor};
use corrkd_config::{Cuts, Job, Kernels, LabelSpace, Labels, PerModality, Presence, Protocol, Row, Scale, Task};
use corrkd_data::{DataStatistics, Sample, Split};
use corrkd_train::{Context, Method};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Table;

/// Widths of the features.
pub(crate) const WIDTHS: PerModality<usize> = PerModality { language: 5, audio: 3, vision: 4 };
/// The forms of the layers, and how far each may be from PyTorch.
pub(crate) const WAYS: [(DType, Kernels, f64); 3] =
    [(DType::F64, Kernels::Composed, 1e-9), (DType::F32, Kernels::Composed, 1e-4), (DType::F32, Kernels::Fused, 1e-4)];

/// PyTorch's tensors whose largest element is below this are zero but for rounding, and are compared as such: the gradient
/// of a batch of as many scores that are too high as too low, or of what has no influence.
const ZERO: f64 = 1e-12;

/// The settings of a method in the lines of an experiment file.
pub(crate) fn table(lines: &str) -> Table {
    toml::from_str(lines).unwrap()
}

/// The trainings of a row with these settings.
pub(crate) fn jobs(method: &dyn Method, task: Task, lines: &str) -> Vec<Job> {
    let protocol = Protocol { task, ..Protocol::default() };
    let stages = method.stages("the test", table(lines), &protocol).unwrap();
    let row = Row { name: "r".to_owned(), method: method.name().to_owned(), protocol, stages };
    row.stages.iter().map(|stage| Job::of(&row, stage)).collect()
}

/// Scores around a neutral value, which goes from three below it to three above.
pub(crate) fn scores(task: Task, neutral: f32) -> LabelSpace {
    let scale = Scale { range: [neutral - 3.0, neutral + 3.0], neutral, cuts: Cuts::default() };
    LabelSpace::new(task, &Labels::Score(scale)).unwrap()
}

/// The four emotions.
pub(crate) fn emotions() -> LabelSpace {
    let names = ["happy", "sad", "angry", "neutral"].map(str::to_owned);
    LabelSpace::new(Task::Emotion, &Labels::Categories(names.to_vec())).unwrap()
}

/// The greatest number of frames of each modality.
pub(crate) fn longest(train: &Split) -> PerModality<usize> {
    PerModality::from_fn(|m| train.samples.iter().map(|sample| sample.length(m)).max().unwrap_or(1))
}

/// That of data with these modalities, greatest numbers of frames and training samples.
pub(crate) fn context(
    space: LabelSpace,
    has: Presence,
    time: PerModality<usize>,
    train: Split,
    (dtype, kernels): (DType, Kernels),
) -> Context {
    let statistics = DataStatistics::new(has, space.labels().range(), WIDTHS, train.clone(), false);
    let (statistics, device) = (Arc::new(statistics), Device::Cpu);
    Context { space, widths: WIDTHS, time, statistics, train, dtype, device, kernels, weights: None }
}

/// What PyTorch left in a file of a method's `golden` folder.
pub(crate) fn left_by(method: &str, script: &str) -> BTreeMap<String, Tensor> {
    let file = format!("{}/src/{method}/golden/{script}.safetensors", env!("CARGO_MANIFEST_DIR"));
    candle_core::safetensors::load(file, &Device::Cpu).unwrap().into_iter().collect()
}

pub(crate) fn numbers(x: &Tensor) -> Vec<f64> {
    x.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap()
}

pub(crate) fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |largest, x| largest.max(x.abs()))
}

/// Holds numbers to PyTorch's, and gives the largest difference. It is measured by the largest of PyTorch's numbers, or by
/// `least` where that is larger.
pub(crate) fn hold(what: &str, ours: &[f64], theirs: &[f64], least: f64, tolerance: f64) -> f64 {
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

/// The file's samples, with the labels of a case.
pub(crate) fn split(golden: &BTreeMap<String, Tensor>, case: &str) -> Split {
    let lengths = numbers(&golden["steps/lengths"]);
    let labels = numbers(&golden[&format!("{case}/labels")]);
    let sample = |(i, (&length, &label)): (usize, (&f64, &f64))| {
        let length = length as usize;
        let features = PerModality::from_fn(|m| {
            let of_sample = golden[&format!("steps/features/{m}")].get(i).unwrap().narrow(0, 0, length).unwrap();
            numbers(&of_sample).into_iter().map(|x| x as f32).collect()
        });
        let present = PerModality::from_fn(|_| vec![true; length]);
        Sample { id: format!("v0[{i}]"), label: label as f32, present, features }
    };
    Split { samples: lengths.iter().zip(&labels).enumerate().map(sample).collect() }
}

/// What PyTorch left of a case, and how far ours may be from it.
pub(crate) struct Golden<'a> {
    pub(crate) tensors: &'a BTreeMap<String, Tensor>,
    pub(crate) case: &'static str,
    pub(crate) way: String,
    pub(crate) tolerance: f64,
    pub(crate) worst: f64,
}

impl Golden<'_> {
    /// PyTorch's numbers of one kind in a step or a batch, from 0.
    pub(crate) fn theirs(&self, kind: &str, step: usize) -> Vec<f64> {
        numbers(&self.tensors[&format!("{}/{kind}", self.case)].get(step).unwrap())
    }

    /// Holds numbers.
    pub(crate) fn hold(&mut self, kind: &str, step: usize, ours: &[f64]) {
        let what = format!("{}, {kind} {step}", self.way);
        self.worst = self.worst.max(hold(&what, ours, &self.theirs(kind, step), 0.0, self.tolerance));
    }

    /// Holds all parameters' values or gradients, which PyTorch's are one behind the other, in the order of names.
    pub(crate) fn parameters(&mut self, kind: &str, step: usize, ours: &BTreeMap<String, Tensor>, least: f64) {
        let theirs = self.theirs(kind, step);
        let mut rest = theirs.as_slice();
        for (name, ours) in ours {
            let what = format!("{}, {kind} {step} of {name}", self.way);
            let (of_name, behind) = rest.split_at(ours.elem_count());
            self.worst = self.worst.max(hold(&what, &numbers(ours), of_name, least, self.tolerance));
            rest = behind;
        }
        assert!(rest.is_empty(), "PyTorch has more {kind}");
    }
}
