//! What a step asks of a card: how many operations, each of which is started by itself, and how often it waits for a number.
//! Alone in its file: what other tests compute would count as well.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../corrkd-nn/tests/layers/golden.rs"]
#[allow(dead_code, reason = "nothing is compared here")]
mod golden;
#[path = "../src/proof.rs"]
#[allow(dead_code, reason = "nothing is compared here")]
mod proof;

use candle_core::{DType, Device, Tensor};
use corrkd_config::{Kernels, PerModality, Presence, Task};
use corrkd_data::{Sample, Split};
use corrkd_methods::METHODS;
use corrkd_nn::{DropoutKey, Optimizer, waits};
use corrkd_train::TrainingBatch;
use proof::{WIDTHS, context, learners, longest, scores};

/// The most that a step of a stage may ask: tensors that are made, forward, backward and by the optimizer, views among them, of
/// samples of eight frames; and waits. One wait is for the losses, one for the gradient's norm; DMD's margin is found by sorting,
/// Self-MM's labels lie beside the tensors, SMIL steps twice.
const MOST: [(&str, usize, usize); 15] = [
    ("selfmm", 5_000, 3),
    ("cubemlp", 2_500, 2),
    ("dmd", 32_400, 3),
    ("mctn-a", 15_500, 2),
    ("mctn-v", 15_500, 2),
    ("mctn-la", 10_800, 2),
    ("mctn-lv", 10_800, 2),
    ("mctn-av", 10_800, 2),
    ("mctn", 15_500, 2),
    ("transm", 19_300, 2),
    ("smil-pretrained", 4_500, 2),
    ("smil", 13_600, 3),
    ("gcnet", 18_800, 2),
    ("teacher", 8_000, 2),
    ("student", 9_100, 2),
];

/// Tensors made so far, which candle numbers.
fn tensors() -> usize {
    let id = format!("{:?}", Tensor::new(0u8, &Device::Cpu).unwrap().id());
    id.trim_start_matches("TensorId(").trim_end_matches(')').parse().unwrap()
}

#[test]
fn a_step_waits_for_few_numbers() {
    let sample = |i: usize| Sample {
        id: format!("v{i}[0]"),
        label: i as f32 % 7.0 - 3.0,
        present: PerModality::from_fn(|_| vec![true; 8]),
        features: PerModality::from_fn(|m| {
            (0..8 * WIDTHS.get(m)).map(|at| (at * (i + 1)) as f32 % 1.7 - 0.8).collect()
        }),
    };
    let split = Split { samples: (0..16).map(sample).collect() };
    let (space, way) = (scores(Task::Binary, 0.0), (DType::F32, Kernels::Composed));
    let context = context(&Device::Cpu, space, Presence::COMPLETE, longest(&split), split.clone(), way);
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    let batch = &context.batch(&split, &indices);
    let mut told = Vec::new();
    for method in METHODS {
        for (stage, mut learner) in learners(*method, Task::Binary, "", 1, &context) {
            let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
            let mut step = |step| {
                let batch =
                    TrainingBatch { batch, split: &split, indices: &indices, epoch: 1, key: DropoutKey::new(1, step) };
                learner.step(&batch, &mut optimizer).unwrap();
            };
            // The first ones make what later ones find.
            (0..10).for_each(&mut step);
            let before = (tensors(), waits());
            step(10);
            let asked = (tensors() - before.0, waits() - before.1);
            println!("{stage}: {} tensors, {} waits", asked.0, asked.1);
            told.push((stage, asked));
        }
    }
    assert_eq!(told.len(), MOST.len());
    for (stage, (tensors, waits)) in told {
        let &(_, most, wait) = MOST.iter().find(|(name, ..)| *name == stage).unwrap();
        assert!(
            tensors <= most && waits <= wait,
            "{stage}: {tensors} tensors, at most {most}; {waits} waits, at most {wait}"
        );
    }
}
