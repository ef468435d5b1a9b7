//! The first ten optimizer steps from nothing but the seed, against PyTorch's: initial values, order of samples, what they
//! lose, losses, gradients and weights, with clipping by value, weight decay and a falling step size. Dropout is off.
//!
//! Normalisation over three modalities that are nearly the same multiplies roundings, so that PyTorch's own f32 is up to 2e-5
//! of the largest gradient away from its f64; ours may be 3e-4 away here, and 1e-4 in the network's cases.
//!
//! Two things are measured by something larger than the tensor's largest element, as PyTorch's own f32 must be: a weight
//! that Adam moved to and fro and almost back by the length of a step, in f32 by the steps so far; and in f32 a gradient
//! whose parts nearly cancel by the largest element of all gradients of that step.

use crate::golden::Place;
use crate::proof::{context, emotions, jobs, largest, left, scores};
use crate::steps::{Golden, split};
use candle_core::DType;
use corrkd_config::{LabelSpace, PerModality, Presence, Task};
use corrkd_data::epoch_order;
use corrkd_methods::cubemlp::CubeMlp;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Method, Pass, TrainingBatch};

const FILE: &[u8] = include_bytes!("../../src/cubemlp/golden/cubemlp.safetensors");
const SEED: u64 = 7;
const STEPS: usize = 10;
const RATE: f64 = 4e-3;
const COMMON: &str = "
network = { width = 4, kernel = 3, blocks = [[5, 3, 4], [3, 2, 3]] }
dropout = { encoders = 0.0, time = 0.0, modality = 0.0, channel = 0.0 }
[training]
learning_rate = 4e-3
clip_value = 0.06
schedule = { every = 2, factor = 0.1 }
";

/// `lines` of settings, and `training` of those among them that say how it trains.
fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace, lines: &str, training: &str) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    for (dtype, kernels, tolerance) in place.ways() {
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut golden = Golden { tensors: &tensors, case, way, tolerance, worst: 0.0 };
        let exact = dtype == DType::F64;
        golden.tolerance = if exact { tolerance } else { 3.0 * tolerance };
        let way = (dtype, kernels);
        let context =
            context(&place.device, space.clone(), Presence::COMPLETE, PerModality::all(7), split.clone(), way);
        let job = jobs(&CubeMlp, space.task(), &format!("{lines}{COMMON}{training}")).remove(0);
        let learner = CubeMlp.open(&job, SEED, &context, &[]).unwrap();
        let params = learner.params();
        let mut optimizer = Optimizer::new(params, &learner.training().optimizer).unwrap();
        golden.parameters("weights", 0, &params.values().unwrap(), 0.0);

        let batches = (1..).flat_map(|epoch| {
            let order = epoch_order(split.samples.len(), SEED, epoch);
            order.chunks(4).map(|chunk| (epoch, chunk.to_vec())).collect::<Vec<_>>()
        });
        let mut last = 1;
        for (step, (epoch, indices)) in (0..STEPS).zip(batches) {
            if epoch > last {
                optimizer.schedule(last, 0.0);
                last = epoch;
            }
            let batch = &context.batch(&split, &indices);
            let key = DropoutKey::new(SEED, step);
            let batch = TrainingBatch { batch, split: &split, indices: &indices, epoch, key };
            let Pass { losses, gradients, .. } = Pass::of(&*learner, &batch).unwrap();
            golden.hold("losses", step, &[losses[0].1]);
            let least = if exact { 0.0 } else { largest(&golden.theirs("gradients", step)) };
            golden.parameters("gradients", step, &gradients.by_parameter(params).unwrap(), least);
            let norm = optimizer.descend(params, gradients).unwrap();
            golden.hold("norms", step, &[norm.unwrap()]);
            let least = if exact { RATE } else { RATE * (step + 1) as f64 };
            golden.parameters("weights", step + 1, &params.values().unwrap(), least);
        }
        place.note(dtype, kernels, golden.worst);
    }
}

fn ten_steps_on_complete_samples(place: &Place) {
    as_pytorch(place, "steps_complete", &scores(Task::Binary, 0.0), "", "");
}

fn ten_steps_towards_emotions_on_samples_that_lose_something(place: &Place) {
    as_pytorch(place, "steps_missing", &emotions(), "train_missing = \"mrm\"", "weight_decay = 0.1");
}

proofs![ten_steps_on_complete_samples, ten_steps_towards_emotions_on_samples_that_lose_something];
