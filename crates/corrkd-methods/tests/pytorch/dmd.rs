//! The first ten optimizer steps from nothing but the seed, against PyTorch's: initial values, order of samples, what
//! they lose, losses, gradients and weights, each step on two batches, with clipping by value, a plateau, weight decay,
//! and an epoch's last batch taken or forgotten. Dropout is off.
//!
//! Two things are measured by something larger than the tensor's largest element, as PyTorch's own f32 must be: a
//! weight that Adam moved to and fro and almost back by the length of a step, in f32 by the steps so far; and in f32 a
//! gradient whose parts nearly cancel by the largest element of all gradients of that step.

use crate::golden::{Place, numbers};
use crate::proof::{context, emotions, hold, jobs, largest, left, scores};
use candle_core::{DType, Tensor};
use corrkd_config::{LabelSpace, PerModality, Presence, Task};
use corrkd_data::{Sample, Split, epoch_order};
use corrkd_methods::dmd::Dmd;
use corrkd_nn::{DropoutKey, Optimizer, Params};
use corrkd_train::{Method, Pass, TrainingBatch};
use std::collections::BTreeMap;

const FILE: &[u8] = include_bytes!("../../src/dmd/golden/steps.safetensors");
const WITHOUT_DROPOUT: &str = include_str!("../../src/dmd/golden/without_dropout.toml");
const SEED: u64 = 7;
const STEPS: usize = 10;
const RATE: f64 = 1e-3;
const TIME: PerModality<usize> = PerModality { language: 6, audio: 8, vision: 4 };
/// What the plateau is told behind each epoch.
const VALIDATION: [f64; 10] = [1.0, 0.9, 0.89995, 0.95, 0.8, 0.8, 0.8, 0.7, 0.7, 0.7];
const COMMON: &str = "
[network]
width = 4
heads = 2
layers = 1
kernels = { language = 3, audio = 1, vision = 2 }
[training]
learning_rate = 1e-3
clip_value = 0.03
accumulate = 2
schedule = { factor = 0.5, patience = 1 }
";

/// The file's samples, with the labels of a case.
fn split(golden: &BTreeMap<String, Tensor>, case: &str) -> Split {
    let labels = numbers(&golden[&format!("{case}/labels")]);
    let lengths = PerModality::from_fn(|m| numbers(&golden[&format!("data/lengths/{m}")]));
    let sample = |(i, &label): (usize, &f64)| {
        let length = lengths.map(|_, lengths| lengths[i] as usize);
        let features = PerModality::from_fn(|m| {
            let of_sample = golden[&format!("data/features/{m}")].get(i).unwrap();
            numbers(&of_sample.narrow(0, 0, *length.get(m)).unwrap()).into_iter().map(|x| x as f32).collect()
        });
        let present = length.map(|_, &length| vec![true; length]);
        Sample { id: format!("v0[{i}]"), label: label as f32, present, features }
    };
    Split { samples: labels.iter().enumerate().map(sample).collect() }
}

/// What PyTorch left of a case, and how far ours may be from it.
struct Golden<'a> {
    tensors: &'a BTreeMap<String, Tensor>,
    case: &'static str,
    way: String,
    tolerance: f64,
    worst: f64,
}

impl Golden<'_> {
    fn theirs(&self, kind: &str) -> &Tensor {
        &self.tensors[&format!("{}/{kind}", self.case)]
    }

    /// Holds a number.
    fn number(&mut self, kind: &str, at: usize, ours: f64) {
        let theirs = numbers(&self.theirs(kind).get(at).unwrap());
        let what = format!("{}, {kind} {at}", self.way);
        self.worst = self.worst.max(hold(&what, &[ours], &theirs, 0.0, self.tolerance));
    }

    /// Holds what there is of each parameter to PyTorch's, which is one behind the other, in the order of names.
    ///
    /// The biases of attention's keys, the middle third, have no influence: they add the same number to all scores of a
    /// query, and softmax takes it out again. Their gradient is zero but for rounding, which Adam blows up to steps of
    /// any size below the learning rate. So weights of these are only held to that bound, `idle`.
    fn parameters(&mut self, kind: &str, theirs: &[f64], ours: &BTreeMap<String, Vec<f64>>, least: f64, idle: f64) {
        let mut rest = theirs;
        for (name, ours) in ours {
            let what = format!("{}, {kind} of {name}", self.way);
            let (of_name, behind) = rest.split_at(ours.len());
            let mut ours = ours.clone();
            if idle > 0.0 && name.ends_with(".attention.project.bias") {
                let keys = ours.len() / 3..ours.len() / 3 * 2;
                assert!(ours[keys.clone()].iter().all(|x| x.abs() <= idle), "{what}");
                ours[keys.clone()].copy_from_slice(&of_name[keys]);
            }
            self.worst = self.worst.max(hold(&what, &ours, of_name, least, self.tolerance));
            rest = behind;
        }
        assert!(rest.is_empty(), "PyTorch has more {kind}");
    }
}

fn flat(values: BTreeMap<String, Tensor>) -> BTreeMap<String, Vec<f64>> {
    values.into_iter().map(|(name, value)| (name, numbers(&value))).collect()
}

/// `lines` of settings before those in common, and `training` behind them.
fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace, lines: &str, training: &str) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    for (dtype, kernels, tolerance) in place.ways() {
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut golden = Golden { tensors: &tensors, case, way, tolerance, worst: 0.0 };
        let exact = dtype == DType::F64;
        let way = (dtype, kernels);
        let context = context(&place.device, space.clone(), Presence::COMPLETE, TIME, split.clone(), way);
        let job = jobs(&Dmd, space.task(), &format!("{lines}{COMMON}{training}{WITHOUT_DROPOUT}")).remove(0);
        let learner = Dmd.open(&job, SEED, &context, &[]).unwrap();
        let params: &Params = learner.params();
        let mut optimizer = Optimizer::new(params, &learner.training().optimizer).unwrap();
        let mut batches = 0;
        let mut gradients: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (epoch, validation) in (1..).zip(VALIDATION) {
            let order = epoch_order(split.samples.len(), SEED, epoch);
            let mut chunks = order.chunks(4).peekable();
            while let Some(indices) = chunks.next() {
                let batch = &context.batch(&split, indices);
                let key = DropoutKey::new(SEED, batches);
                let batch = TrainingBatch { batch, split: &split, indices, epoch, key };
                let pass = Pass::of(&*learner, &batch).unwrap();
                golden.number("losses", batches, pass.losses.last().unwrap().1);
                batches += 1;
                for (name, of_batch) in flat(pass.gradients.by_parameter(params).unwrap()) {
                    let sum = gradients.entry(name).or_insert_with(|| vec![0.0; of_batch.len()]);
                    sum.iter_mut().zip(&of_batch).for_each(|(sum, x)| *sum += x);
                }
                let mut norm = optimizer.descend(params, pass.gradients).unwrap();
                if norm.is_none() && chunks.peek().is_none() {
                    norm = optimizer.end_epoch(params).unwrap();
                    if norm.is_none() {
                        gradients.clear();
                    }
                }
                let Some(norm) = norm else { continue };
                let steps = optimizer.steps();
                golden.number("norms", steps - 1, norm);
                let of_step = std::mem::take(&mut gradients);
                if let Some(row) = [1, STEPS].iter().position(|&step| step == steps) {
                    let theirs = numbers(&golden.theirs("gradients").get(row).unwrap());
                    let least = if exact { 0.0 } else { largest(&theirs) };
                    golden.parameters("gradients", &theirs, &of_step, least, 0.0);
                }
                if steps == STEPS {
                    break;
                }
            }
            if optimizer.steps() == STEPS {
                break;
            }
            optimizer.schedule(epoch, validation);
        }
        assert_eq!(optimizer.steps(), STEPS);
        assert!(optimizer.note().rates[0] < RATE / 1.5, "no plateau was reached");
        let least = if exact { RATE } else { RATE * STEPS as f64 };
        let theirs = numbers(golden.theirs("weights"));
        golden.parameters("weights", &theirs, &flat(params.values().unwrap()), least, RATE * STEPS as f64);
        place.note(dtype, kernels, golden.worst);
    }
}

fn ten_steps_on_complete_samples(place: &Place) {
    as_pytorch(place, "steps_complete", &scores(Task::Binary, 0.0), "", "");
}

fn ten_steps_towards_emotions_on_samples_that_lose_something(place: &Place) {
    as_pytorch(place, "steps_missing", &emotions(), "train_missing = \"mrm\"", "weight_decay = 0.1\ntail = \"drop\"");
}

proofs![ten_steps_on_complete_samples, ten_steps_towards_emotions_on_samples_that_lose_something];
