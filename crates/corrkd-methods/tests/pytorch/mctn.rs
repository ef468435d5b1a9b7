//! The first ten optimizer steps from nothing but the seed, against PyTorch's: initial values, order of samples,
//! losses, gradients and weights, with the penalty on the regressor's last layer.
//!
//! Two things are measured by something larger than the tensor's largest element, as PyTorch's own f32 must be: a
//! weight that Adam moved to and fro and almost back by the length of a step, in f32 by the steps so far; and in f32 a
//! gradient whose parts nearly cancel by the largest element of all gradients of that step.

use crate::golden::Place;
use crate::proof::{context, emotions, largest, learners, left, longest, scores};
use crate::steps::{Golden, split};
use candle_core::DType;
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_data::epoch_order;
use corrkd_methods::mctn::Mctn;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Pass, TrainingBatch};

const FILE: &[u8] = include_bytes!("../../src/mctn/golden/mctn.safetensors");
const SEED: u64 = 7;
const STEPS: usize = 10;
const RATE: f64 = 4e-3;
const SETTINGS: &str = "network.width = 4\ntraining.learning_rate = 4e-3";

fn as_pytorch(place: &Place, case: &'static str, stage: &str, space: &LabelSpace) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    for (dtype, kernels, tolerance) in place.ways() {
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut golden = Golden { tensors: &tensors, case, way, tolerance, worst: 0.0 };
        let exact = dtype == DType::F64;
        let way = (dtype, kernels);
        let context = context(&place.device, space.clone(), Presence::COMPLETE, longest(&split), split.clone(), way);
        let learner = learners(&Mctn, space.task(), SETTINGS, SEED, &context).remove(stage).unwrap();
        let params = learner.params();
        let mut optimizer = Optimizer::new(params, &learner.training().optimizer).unwrap();
        golden.parameters("weights", 0, &params.values().unwrap(), 0.0);

        let batches = (1..).flat_map(|epoch| {
            let order = epoch_order(split.samples.len(), SEED, epoch);
            order.chunks(4).map(|chunk| (epoch, chunk.to_vec())).collect::<Vec<_>>()
        });
        for (step, (epoch, indices)) in (0..STEPS).zip(batches) {
            let batch = &context.batch(&split, &indices);
            let key = DropoutKey::new(SEED, step);
            let batch = TrainingBatch { batch, split: &split, indices: &indices, epoch, key };
            let Pass { losses, gradients, .. } = Pass::of(&*learner, &batch).unwrap();
            let Some(("total", total)) = losses.last() else { panic!("{losses:?}") };
            golden.hold("losses", step, &[*total]);
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

fn ten_steps_from_language_to_vision_to_audio(place: &Place) {
    as_pytorch(place, "steps_hierarchy", "mctn", &scores(Task::Binary, 0.0));
}

fn ten_steps_from_two_modalities_towards_emotions(place: &Place) {
    as_pytorch(place, "steps_pair", "mctn-la", &emotions());
}

proofs![ten_steps_from_language_to_vision_to_audio, ten_steps_from_two_modalities_towards_emotions];
