//! The first ten optimizer steps from nothing but the seed, over five epochs, against PyTorch's: initial values, order of
//! samples, what they lose, losses, gradients, labels and weights, with four groups of rates and two batches to a step.
//! Dropout is off.
//!
//! Two things are measured by something larger than the tensor's largest element, as PyTorch's own f32 must be: a weight
//! that Adam moved to and fro and almost back by the length of a step, in f32 by the steps so far; and in f32 a gradient
//! whose parts nearly cancel by the largest element of all gradients of that batch.

use crate::golden::{Place, numbers};
use crate::proof::{context, emotions, jobs, largest, left, longest, scores};
use crate::steps::{Golden, split};
use candle_core::DType;
use corrkd_config::{LabelSpace, Modality, Presence, Task};
use corrkd_data::epoch_order;
use corrkd_methods::selfmm::SelfMm;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Method, Pass, TrainingBatch};

const FILE: &[u8] = include_bytes!("../../src/selfmm/golden/selfmm.safetensors");
const SMALL: &str = include_str!("../../src/selfmm/golden/network.toml");
const SEED: u64 = 7;
const EPOCHS: usize = 5;
const STEPS: usize = 10;
const RATE: f64 = 4e-3;
const TRAINING: &str = "
[training]
batch = 4
accumulate = 2
learning_rate = { language = 4e-3, audio = 1e-2, vision = 6e-3, others = 8e-3 }
weight_decay = { language = 0.02, audio = 0.01, vision = 0.0, others = 0.05 }
";

fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace, lines: &str) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    for (dtype, kernels, tolerance) in place.ways() {
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut golden = Golden { tensors: &tensors, case, way, tolerance, worst: 0.0 };
        let exact = dtype == DType::F64;
        let way = (dtype, kernels);
        let context = context(&place.device, space.clone(), Presence::COMPLETE, longest(&split), split.clone(), way);
        let job = jobs(&SelfMm, space.task(), &format!("{lines}{SMALL}{TRAINING}")).remove(0);
        let mut learner = SelfMm.open(&job, SEED, &context, &[]).unwrap();
        let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
        golden.parameters("weights", 0, &learner.params().values().unwrap(), 0.0);
        let (mut number, mut steps) = (0, 0);
        for epoch in 1..=EPOCHS {
            let order = epoch_order(split.samples.len(), SEED, epoch);
            let batches = order.chunks(4).count();
            for (of_epoch, indices) in order.chunks(4).enumerate() {
                let batch = &context.batch(&split, indices);
                let key = DropoutKey::new(SEED, number);
                let batch = TrainingBatch { batch, split: &split, indices, epoch, key };
                let gradients = Pass::of(&*learner, &batch).unwrap().gradients;
                let least = if exact { 0.0 } else { largest(&golden.theirs("gradients", number)) };
                golden.parameters("gradients", number, &gradients.by_parameter(learner.params()).unwrap(), least);
                let losses = learner.step(&batch, &mut optimizer).unwrap();
                for &(name, loss) in losses.terms.iter().filter(|(name, _)| *name != "total") {
                    golden.hold(&format!("losses/{name}"), number, &[loss]);
                }
                for m in Modality::ALL {
                    let labels = &learner.state().unwrap()[&format!("labels.{m}")];
                    golden.hold(&format!("generated/{m}"), number, &numbers(labels));
                }
                number += 1;
                let is_last = of_epoch + 1 == batches;
                let norm = if is_last { optimizer.end_epoch(learner.params()).unwrap() } else { losses.norm };
                assert_eq!(norm.is_some(), is_last || of_epoch % 2 == 1);
                if let Some(norm) = norm {
                    golden.hold("norms", steps, &[norm]);
                    steps += 1;
                    let least = if exact { RATE } else { RATE * steps as f64 };
                    golden.parameters("weights", steps, &learner.params().values().unwrap(), least);
                }
            }
        }
        assert_eq!(steps, STEPS);
        place.note(dtype, kernels, golden.worst);
    }
}

fn ten_steps_on_complete_samples(place: &Place) {
    as_pytorch(place, "steps_complete", &scores(Task::Binary, 0.0), "");
}

fn ten_steps_towards_emotions_on_samples_that_lose_something(place: &Place) {
    as_pytorch(place, "steps_missing", &emotions(), "train_missing = \"mrm\"");
}

proofs![ten_steps_on_complete_samples, ten_steps_towards_emotions_on_samples_that_lose_something];
