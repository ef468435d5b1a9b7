//! What proofs against PyTorch share: settings, labels and data of tests, and how far numbers may be apart.
//! Numbers are measured by the largest element of PyTorch's tensor.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::golden::ZERO;
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Cuts, Job, Kernels, LabelSpace, Labels, PerModality, Presence, Protocol, Row, Scale, Task};
use corrkd_data::{DataStatistics, Split};
use corrkd_train::{Context, Learner, Method, Needed};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Table;

/// Widths of the features.
pub(crate) const WIDTHS: PerModality<usize> = PerModality { language: 5, audio: 3, vision: 4 };

/// The settings of a method in the lines of an experiment file.
pub(crate) fn table(lines: &str) -> Table {
    toml::from_str(lines).unwrap()
}

/// A row with these settings.
fn row(method: &dyn Method, task: Task, lines: &str) -> Row {
    let protocol = Protocol { task, ..Protocol::default() };
    let stages = method.stages("the test", table(lines), &protocol).unwrap();
    Row { name: "r".to_owned(), method: method.name().to_owned(), protocol, stages }
}

/// The trainings of a row with these settings.
pub(crate) fn jobs(method: &dyn Method, task: Task, lines: &str) -> Vec<Job> {
    let row = row(method, task, lines);
    row.stages.iter().map(|stage| Job::of(&row, stage)).collect()
}

/// What learns in each of a row's trainings, by its stage, fresh: one that needs others gets them as they start.
pub(crate) fn learners(
    method: &dyn Method,
    task: Task,
    lines: &str,
    seed: u64,
    context: &Context,
) -> BTreeMap<String, Box<dyn Learner>> {
    let row = row(method, task, lines);
    let mut fresh: Vec<(Needed, Box<dyn Learner>)> = Vec::new();
    for stage in &row.stages {
        let job = Job::of(&row, stage);
        let needs: Vec<Needed> = stage.needs.iter().map(|&need| fresh[need].0.clone()).collect();
        let learner = method.open(&job, seed, context, &needs).unwrap();
        fresh.push((Needed { job, weights: learner.params().values().unwrap() }, learner));
    }
    fresh.into_iter().map(|(need, learner)| (need.job.stage, learner)).collect()
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

/// That of data with these modalities, greatest numbers of frames and training samples, on a device.
pub(crate) fn context(
    device: &Device,
    space: LabelSpace,
    has: Presence,
    time: PerModality<usize>,
    train: Split,
    (dtype, kernels): (DType, Kernels),
) -> Context {
    let statistics = DataStatistics::new(has, space.labels().range(), WIDTHS, train.clone(), false);
    let (statistics, device) = (Arc::new(statistics), device.clone());
    Context { space, widths: WIDTHS, time, statistics, train, dtype, device, kernels, weights: None }
}

/// What PyTorch left in a golden file.
pub(crate) fn left(file: &[u8]) -> BTreeMap<String, Tensor> {
    candle_core::safetensors::load_buffer(file, &Device::Cpu).unwrap().into_iter().collect()
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
