//! Samples of which nothing is left, and where dropout falls.

use super::super::Dmd;
use super::{WIDTHS, WITHOUT_DROPOUT, context, job, scores};
use candle_core::DType;
use corrkd_config::{Kernels, PerModality, Task};
use corrkd_data::{Sample, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Learner, Method, Pass, TrainingBatch};

/// Samples of so many frames, the first of zeros alone.
fn split(time: usize) -> Split {
    let sample = |i: usize| Sample {
        id: format!("v[{i}]"),
        label: i as f32 - 1.0,
        present: PerModality::all(vec![i > 0; time]),
        features: WIDTHS
            .map(|_, width| (0..time * width).map(|j| if i > 0 { (i + j) as f32 } else { 0.0 }.sin()).collect()),
    };
    Split { samples: (0..3).map(sample).collect() }
}

fn pass(learner: &dyn Learner, split: &Split, indices: &[usize]) -> Pass {
    let batch = &corrkd_data::Batch::gather(split, indices, &WIDTHS);
    Pass::of(learner, &TrainingBatch { batch, split, indices, epoch: 1, key: DropoutKey::new(1, 0) }).unwrap()
}

/// Where all frames are zero and no bias has moved yet, each of the many normalisations divides by the root of its
/// epsilon: the gradient is huge, as it is in the authors' code, and clipped. At the published depth it is a number.
#[test]
fn a_sample_without_anything_has_a_finite_gradient() {
    for (time, kernels) in [(1, Kernels::Fused), (1, Kernels::Composed), (9, Kernels::Fused)] {
        let split = split(time);
        let space = scores(Task::Binary, 0.0);
        let context = context(space, PerModality::all(time), split.clone(), DType::F32, kernels);
        let learner = Dmd.open(&job(Task::Binary, ""), 1, &context, &[]).unwrap();
        for indices in [&[0][..], &[0, 1, 2]] {
            let pass = pass(&*learner, &split, indices);
            let norm = pass.gradients.norm().unwrap();
            println!("{time} frames, {kernels:?}, samples {indices:?}: {norm:.1e}");
            assert!(pass.is_finite().unwrap(), "{:?}, {norm}", pass.losses);
        }
    }
}

/// Each probability by itself changes what a training step sees, and nothing changes an answer.
#[test]
fn every_dropout_falls_somewhere() {
    let split = split(4);
    let space = scores(Task::Binary, 0.0);
    let context = context(space, PerModality::all(4), split.clone(), DType::F64, Kernels::Composed);
    let size = "network = { width = 4, heads = 2, layers = 1, kernels = { language = 1, audio = 1, vision = 1 } }";
    let of = |dropout: &str| {
        let learner = Dmd.open(&job(Task::Binary, &format!("{size}\n{dropout}")), 1, &context, &[]).unwrap();
        pass(&*learner, &split, &[1, 2]).losses
    };
    let without = of(WITHOUT_DROPOUT);
    assert_eq!(of(WITHOUT_DROPOUT), without);
    for (old, new) in [
        ("language = 0.0\natt", "language = 0.5\natt"),
        ("{ language = 0.0", "{ language = 0.5"),
        ("audio = 0.0", "audio = 0.5"),
        ("vision = 0.0", "vision = 0.5"),
        ("embedding = 0.0", "embedding = 0.5"),
        ("embedding", "feed_forward = 0.5\nembedding"),
        ("embedding", "residual = 0.5\nembedding"),
        ("output = 0.0", "output = 0.5"),
    ] {
        assert_ne!(of(&WITHOUT_DROPOUT.replace(old, new)), without, "{new}");
    }
}
