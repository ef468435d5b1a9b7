//! Values and gradients of the network and its losses, against PyTorch's: samples of different lengths, with missing
//! modalities and frames, whose features go on behind their ends, and whose modalities have labels of their own.

use super::super::SelfMm;
use super::{Place, SMALL, context, emotions, golden, job, scores, state};
use crate::case::{Case, split_of};
use corrkd_config::{LabelSpace, PerModality, Task};
use corrkd_nn::DropoutKey;
use corrkd_train::{Method, Pass, TrainingBatch};

fn as_pytorch(case: &str, space: &LabelSpace) {
    let case = Case::of(&golden(), case);
    let batch = case.batch();
    let split = split_of(&batch);
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    let labels = state(&PerModality::from_fn(|m| case.inputs[&format!("generated.{m}")].clone()));
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), split.clone(), dtype, kernels);
        let mut learner = SelfMm.open(&job(space.task(), SMALL), 1, &context, &[]).unwrap();
        learner.params().load(&case.inputs).unwrap();
        learner.restore(&labels).unwrap();
        let mut held = case.held(&format!("{dtype:?}, {kernels:?}"), tolerance);
        held.answers(&*learner, &batch, space, "features.fused");

        let key = DropoutKey::new(1, 0);
        let training = TrainingBatch { batch: &batch, split: &split, indices: &indices, epoch: 1, key };
        let pass = Pass::of(&*learner, &training).unwrap();
        let names: Vec<&str> = pass.losses.iter().map(|&(name, _)| name).collect();
        assert_eq!(names, ["task", "language", "audio", "vision", "total"]);
        for &(name, loss) in &pass.losses {
            let theirs = if name == "total" { "loss".to_owned() } else { format!("loss.{name}") };
            held.output(&theirs, &[loss]);
        }
        held.gradients(&*learner, &pass, |_| 0.0);
    }
}

#[test]
fn a_regressor_of_samples_of_different_lengths() {
    as_pytorch("regression", &scores(Task::Binary, 0.0));
}

#[test]
fn emotions_without_language() {
    as_pytorch("emotion", &emotions());
}

/// Each modality has frames of its own; scores go from 1 to 7.
#[test]
fn a_regressor_of_sequences_of_different_lengths() {
    as_pytorch("unaligned", &scores(Task::Regression, 4.0));
}
