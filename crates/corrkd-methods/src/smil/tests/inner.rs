//! What the inner step is and is not, what is drawn and where, and what is reconstructed.

use super::super::learner::SmilLearner;
use super::super::settings::{Decay, Inner};
use super::{SMALL, WIDTHS, context, fresh, numbers, scores};
use candle_core::{DType, Tensor};
use corrkd_config::{Condition, Kernels, Modality, PerModality, Presence, Task};
use corrkd_data::{Sample, Split};
use corrkd_nn::DropoutKey;
use corrkd_random::Stream;
use corrkd_train::{Context, Learner, Pass, TrainingBatch, predict};
use std::collections::BTreeMap;

const SEED: u64 = 4;

/// Samples of two to five frames.
fn split() -> Split {
    let sample = |i: usize| {
        let stream = Stream::new(SEED, "sample").at(i as u64);
        let length = 2 + i % 4;
        let value = |m: Modality, at: usize| stream.named(m.name()).normal(at as u64) as f32;
        Sample {
            id: format!("v[{i}]"),
            label: i as f32 / 4.0 - 1.5,
            present: PerModality::from_fn(|_| vec![true; length]),
            features: WIDTHS.map(|m, width| (0..length * width).map(|at| value(m, at)).collect()),
        }
    };
    Split { samples: (0..12).map(sample).collect() }
}

fn learner(lines: &str, kernels: Kernels) -> (SmilLearner, Context) {
    let context = context(scores(Task::Regression, 0.0), Presence::COMPLETE, split(), DType::F32, kernels);
    (fresh(Task::Regression, &format!("{SMALL}{lines}"), SEED, &context), context)
}

/// The learner's pass on all samples, and the pass of its terms.
fn passes(learner: &SmilLearner, context: &Context, key: DropoutKey) -> [Pass; 2] {
    let split = &context.train;
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    let batch = &context.batch(split, &indices);
    let batch = TrainingBatch { batch, split, indices: &indices, epoch: 1, key };
    [learner.pass(&batch).unwrap(), Pass::of(learner, &batch).unwrap()]
}

fn all(values: &BTreeMap<String, Tensor>) -> Vec<f64> {
    values.values().flat_map(numbers).collect()
}

/// How far two passes' gradients are apart, of the larger's norm.
fn apart(learner: &SmilLearner, [a, b]: [&Pass; 2]) -> f64 {
    let [a, b] = [a, b].map(|pass| all(&pass.gradients.by_parameter(learner.params()).unwrap()));
    let norm = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>().sqrt();
    norm(&mut a.iter().zip(&b).map(|(a, b)| a - b)) / norm(&mut a.iter().copied()).max(norm(&mut b.iter().copied()))
}

/// Where the inner step has no length, a step is one on the terms as they are; otherwise it is another, and only the
/// losses behind it are. In any case the parameters are where they were, to the last bit.
#[test]
fn an_inner_step_is_taken_back() {
    for kernels in [Kernels::Composed, Kernels::Fused] {
        for (rate, moves) in [(0.0, false), (0.1, true)] {
            let (learner, context) = learner(&format!("inner.learning_rate = {rate}"), kernels);
            let before = all(&learner.params().values().unwrap());
            let [pass, terms] = passes(&learner, &context, DropoutKey::new(SEED, 0));
            assert_eq!(all(&learner.params().values().unwrap()), before);
            let apart = apart(&learner, [&pass, &terms]);
            assert!(if moves { apart > 0.01 } else { apart < 1e-5 }, "{rate}: {apart}");
            for ((name, ours), (_, others)) in pass.losses.iter().zip(&terms.losses) {
                let same = (ours - others).abs() < 1e-6;
                assert_eq!(same, !moves || *name == "inner", "{rate}, {name}: {ours} and {others}");
            }
        }
    }
}

#[test]
fn the_inner_rate_falls_from_time_to_time() {
    let inner = Inner { learning_rate: 0.5, decay: Decay { every: 2, factor: 0.1 } };
    let rates: Vec<f64> = (1..=5).map(|epoch| inner.rate(epoch)).collect();
    for (rate, expected) in rates.iter().zip([0.5, 0.5, 0.05, 0.05, 0.005]) {
        assert!((rate - expected).abs() < 1e-12, "{rates:?}");
    }
}

/// The inner loss is under noise, which differs from batch to batch; the outer one is not, nor is an answer.
#[test]
fn only_the_inner_loss_sees_what_is_drawn() {
    let (learner, context) = learner("", Kernels::Fused);
    let losses = |number| {
        let [_, terms] = passes(&learner, &context, DropoutKey::new(SEED, number));
        terms.losses.into_iter().filter(|(name, _)| *name != "total").collect::<Vec<_>>()
    };
    for ((name, one), (_, other)) in losses(0).into_iter().zip(losses(1)) {
        assert_eq!(one == other, name != "inner", "{name}: {one} and {other}");
    }
}

/// What weighs a modality's priors changes the answers to samples that lack it, and no others.
#[test]
fn only_what_is_missing_is_reconstructed() {
    let (learner, context) = learner("", Kernels::Fused);
    let answers = |set| predict(&learner, &context.train, Condition::only(set), SEED, &context).unwrap().answers;
    let before = Presence::ALL.map(answers);
    let mut values = learner.params().values().unwrap();
    let weights = values.get_mut("smil.reconstruction.audio.weights.bias").unwrap();
    *weights = Tensor::new(&[3.0f32, 0.0, -3.0], weights.device()).unwrap();
    learner.params().load(&values).unwrap();
    for (set, before) in Presence::ALL.into_iter().zip(before) {
        assert_eq!(answers(set) == before, set.has(Modality::Audio), "{set}");
    }
}
