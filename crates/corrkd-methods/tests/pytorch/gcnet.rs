//! The first ten optimizer steps from nothing but the seed, against PyTorch's: initial values, order of samples and of
//! videos, what they lose, losses, gradients and weights, with weight decay. Dropout is off.
//!
//! Two things are measured by something larger than the tensor's largest element, as PyTorch's own f32 must be: a
//! weight that Adam moved to and fro and almost back by the length of a step, in f32 by the steps so far; and in f32 a
//! gradient whose parts nearly cancel by the largest element of all gradients of that step.

use crate::golden::Place;
use crate::proof::{context, emotions, jobs, largest, left, longest, scores};
use crate::steps::{Golden, split};
use candle_core::DType;
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_data::{Split, epoch_order};
use corrkd_methods::gcnet::GcNet;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Method, Pass, TrainingBatch};

const FILE: &[u8] = include_bytes!("../../src/gcnet/golden/gcnet.safetensors");
const SEED: u64 = 7;
const STEPS: usize = 10;
const RATE: f64 = 4e-3;
const COMMON: &str = "
dropout.recurrent = 0.0
network.width = 2
training.learning_rate = 4e-3
";

fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace, split: &Split, lines: &str) {
    let tensors = left(FILE);
    for (dtype, kernels, tolerance) in place.ways() {
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut golden = Golden { tensors: &tensors, case, way, tolerance, worst: 0.0 };
        let exact = dtype == DType::F64;
        let way = (dtype, kernels);
        let context = context(&place.device, space.clone(), Presence::COMPLETE, longest(split), split.clone(), way);
        let learner =
            GcNet.open(&jobs(&GcNet, space.task(), &format!("{COMMON}{lines}"))[0], SEED, &context, &[]).unwrap();
        let params = learner.params();
        let mut optimizer = Optimizer::new(params, &learner.training().optimizer).unwrap();
        golden.parameters("weights", 0, &params.values().unwrap(), 0.0);

        let groups = &learner.together(split);
        let size = learner.training().batch;
        let batches = (1..).flat_map(|epoch| {
            let order = epoch_order(groups.len(), SEED, epoch);
            let samples = |chunk: &[usize]| chunk.iter().flat_map(|&group| groups[group].clone()).collect::<Vec<_>>();
            order.chunks(size).map(|chunk| (epoch, samples(chunk))).collect::<Vec<_>>()
        });
        for (step, (epoch, indices)) in (0..STEPS).zip(batches) {
            let batch = &context.batch(split, &indices);
            let key = DropoutKey::new(SEED, step);
            let batch = TrainingBatch { batch, split, indices: &indices, epoch, key };
            let Pass { losses, gradients, .. } = Pass::of(&*learner, &batch).unwrap();
            for (name, loss) in &losses[..2] {
                golden.hold(&format!("losses/{name}"), step, &[*loss]);
            }
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

fn ten_steps_on_frames(place: &Place) {
    let split = split(&left(FILE), "steps_frames");
    let lines = "training.batch = 4\ntraining.weight_decay = 0.05";
    as_pytorch(place, "steps_frames", &scores(Task::Binary, 0.0), &split, lines);
}

fn ten_steps_on_videos_towards_emotions(place: &Place) {
    let mut split = split(&left(FILE), "steps_utterances");
    // Their numbers are in another order than the samples.
    for (i, sample) in split.samples.iter_mut().enumerate() {
        sample.id = format!("v{}[{}]", i % 4, 5 * i % 11);
    }
    let lines = "network.nodes = \"utterances\"\ntraining.batch = 2\ntraining.weight_decay = 0.0";
    as_pytorch(place, "steps_utterances", &emotions(), &split, lines);
}

proofs![ten_steps_on_frames, ten_steps_on_videos_towards_emotions];
