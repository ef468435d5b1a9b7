//! The first ten optimizer steps from nothing but the seed, against PyTorch's: initial values, order of samples, what
//! they lose, while all of it is to be told, losses, gradients and weights. Dropout is off.
//!
//! Two things are measured by something larger than the tensor's largest element, as PyTorch's own f32 must be: a
//! weight that Adam moved to and fro and almost back by the length of a step, in f32 by the steps so far; and in f32 a
//! gradient whose parts nearly cancel by the largest element of all gradients of that step.

use crate::golden::{Place, numbers};
use crate::proof::{context, emotions, jobs, largest, left, longest, scores};
use crate::steps::{Golden, split};
use candle_core::{DType, Tensor};
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_data::epoch_order;
use corrkd_methods::transm::TransM;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Method, Pass, TrainingBatch};
use std::collections::BTreeMap;

const FILE: &[u8] = include_bytes!("../../src/transm/golden/transm.safetensors");
const WITHOUT_DROPOUT: &str = include_str!("../../src/transm/golden/without_dropout.toml");
const SEED: u64 = 7;
const STEPS: usize = 10;
const RATE: f64 = 4e-3;
const COMMON: &str = "
training.learning_rate = 4e-3
losses.translation = 0.5
[network]
width = 4
heads = 2
encoder_layers = 1
decoder_layers = 1
feed_forward = 5
";

/// The weights with PyTorch's biases of attention's keys, the middle third. They have no influence: they add the same
/// to all scores of a query, and softmax takes it out again. Their gradient is zero but for rounding, which Adam blows
/// up to steps of any size below the learning rate, and so they are only held to that.
fn without_keys(weights: BTreeMap<String, Tensor>, theirs: &[f64], step: usize) -> BTreeMap<String, Tensor> {
    let mut start = 0;
    let of_keys = |(name, weight): (String, Tensor)| {
        let of_name = &theirs[start..start + weight.elem_count()];
        start += of_name.len();
        if !name.ends_with("attention.project.bias") {
            return (name, weight);
        }
        let (mut ours, third) = (numbers(&weight), of_name.len() / 3);
        let keys = third..2 * third;
        assert!(ours[keys.clone()].iter().all(|x| x.abs() <= RATE * step as f64), "{name}");
        ours[keys.clone()].copy_from_slice(&of_name[keys]);
        (name, Tensor::new(ours, weight.device()).unwrap())
    };
    weights.into_iter().map(of_keys).collect()
}

fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace, lines: &str) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    for (dtype, kernels, tolerance) in place.ways() {
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut golden = Golden { tensors: &tensors, case, way, tolerance, worst: 0.0 };
        let exact = dtype == DType::F64;
        let way = (dtype, kernels);
        let context = context(&place.device, space.clone(), Presence::COMPLETE, longest(&split), split.clone(), way);
        let job = jobs(&TransM, space.task(), &format!("{WITHOUT_DROPOUT}{COMMON}{lines}")).remove(0);
        let learner = TransM.open(&job, SEED, &context, &[]).unwrap();
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
            let weights = without_keys(params.values().unwrap(), &golden.theirs("weights", step + 1), step + 1);
            golden.parameters("weights", step + 1, &weights, least);
        }
        place.note(dtype, kernels, golden.worst);
    }
}

fn ten_steps_between_language_and_the_others(place: &Place) {
    as_pytorch(place, "steps_regression", &scores(Task::Binary, 0.0), "");
}

fn ten_steps_between_all_towards_emotions(place: &Place) {
    as_pytorch(place, "steps_emotion", &emotions(), "audio_vision = true");
}

proofs![ten_steps_between_language_and_the_others, ten_steps_between_all_towards_emotions];
