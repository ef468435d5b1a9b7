//! The first ten optimizer steps of a method from nothing but the seed, against PyTorch's: initial values, order of samples, what
//! they lose, losses, gradients and weights. Dropout is off.
//!
//! Two things are measured by something larger than the tensor's largest element, as PyTorch's own f32 must be: a weight
//! that Adam moved to and fro and almost back by the length of a step, in f32 by the steps so far; and in f32 a gradient
//! whose parts nearly cancel by the largest element of all gradients of that step.

use crate::golden::{Place, numbers};
use crate::proof::{hold, largest};
use candle_core::{DType, Tensor};
use corrkd_config::{Kernels, PerModality};
use corrkd_data::{Sample, Split, epoch_order};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Context, Learner, Pass, Tensors, TrainingBatch};
use std::collections::BTreeMap;

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

const SEED: u64 = 7;
const STEPS: usize = 10;

/// The file's losses of a step, by the names that they have there, among ours.
type OfFile = fn(&[(&'static str, f64)]) -> Vec<(String, f64)>;
/// Weights behind a step, by PyTorch's and how far each may have moved.
type Influential = fn(Tensors, &[f64], f64) -> Tensors;

/// The ten steps of a case, and where methods differ in them.
pub(crate) struct Steps<'a> {
    pub(crate) tensors: &'a BTreeMap<String, Tensor>,
    pub(crate) case: &'static str,
    /// The learning rate.
    pub(crate) rate: f64,
    /// Samples of a batch, or groups where samples stay together.
    pub(crate) batch: usize,
    /// How much farther than usual f32 may be.
    pub(crate) looser: f64,
    pub(crate) losses: OfFile,
    /// Puts PyTorch's weights for those that have no influence.
    pub(crate) weights: Influential,
}

impl<'a> Steps<'a> {
    /// Those of a method that has one loss, all of whose weights have an influence, on batches of four samples.
    pub(crate) fn plain(tensors: &'a BTreeMap<String, Tensor>, case: &'static str, rate: f64) -> Self {
        Self {
            tensors,
            case,
            rate,
            batch: 4,
            looser: 1.0,
            losses: |losses| vec![("losses".to_owned(), losses.last().unwrap().1)],
            weights: |weights, _, _| weights,
        }
    }

    /// Takes them in each type and form; `open` gives what learns.
    pub(crate) fn hold(
        &self,
        place: &Place,
        context: impl Fn((DType, Kernels)) -> Context,
        open: impl Fn(&Context) -> Box<dyn Learner>,
    ) {
        let &Self { tensors, case, rate, batch, looser, losses, weights } = self;
        for (dtype, kernels, tolerance) in place.ways() {
            let exact = dtype == DType::F64;
            let (way, tolerance) =
                (format!("{case} in {dtype:?}, {kernels:?}"), if exact { tolerance } else { looser * tolerance });
            let mut golden = Golden { tensors, case, way, tolerance, worst: 0.0 };
            let context = context((dtype, kernels));
            let (learner, split) = (open(&context), &context.train);
            let params = learner.params();
            let mut optimizer = Optimizer::new(params, &learner.training().optimizer).unwrap();
            golden.parameters("weights", 0, &params.values().unwrap(), 0.0);

            let groups = &learner.together(split);
            let batches = (1..).flat_map(|epoch| {
                let samples = |chunk: &[usize]| chunk.iter().flat_map(|&group| groups[group].clone()).collect();
                let order = epoch_order(groups.len(), SEED, epoch);
                order.chunks(batch).map(|chunk| (epoch, samples(chunk))).collect::<Vec<(usize, Vec<usize>)>>()
            });
            let mut last = 1;
            for (step, (epoch, indices)) in (0..STEPS).zip(batches) {
                if epoch > last {
                    optimizer.schedule(last, 0.0);
                    last = epoch;
                }
                let (batch, key) = (&context.batch(split, &indices), DropoutKey::new(SEED, step));
                let batch = TrainingBatch { batch, split, indices: &indices, epoch, key };
                let pass = Pass::of(&*learner, &batch).unwrap();
                for (kind, loss) in losses(&pass.losses) {
                    golden.hold(&kind, step, &[loss]);
                }
                let least = if exact { 0.0 } else { largest(&golden.theirs("gradients", step)) };
                golden.parameters("gradients", step, &pass.gradients.by_parameter(params).unwrap(), least);
                let norm = optimizer.descend(params, pass.gradients).unwrap();
                golden.hold("norms", step, &[norm.unwrap()]);
                let moved = rate * (step + 1) as f64;
                let behind = weights(params.values().unwrap(), &golden.theirs("weights", step + 1), moved);
                golden.parameters("weights", step + 1, &behind, if exact { rate } else { moved });
            }
            place.note(dtype, kernels, golden.worst);
        }
    }
}
