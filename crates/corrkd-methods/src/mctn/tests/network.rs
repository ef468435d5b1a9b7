//! Values of the networks, of each term of the loss and of all gradients, against PyTorch's: samples of different
//! lengths, some of which lack a modality or frames by nature, whose features go on behind their ends; one modality,
//! two side by side, and data that lack some.

use super::{Place, context, emotions, golden, learners, scores};
use crate::case::{Case, split_of};
use candle_core::DType;
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_data::Batch;
use corrkd_nn::DropoutKey;
use corrkd_train::{Pass, TrainingBatch};

fn as_pytorch(case: &str, stage: &str, space: &LabelSpace, has: Presence, width: usize) {
    let case = Case::of(&golden(), case);
    let batch = case.batch();
    let split = split_of(&batch);
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), has, split.clone(), dtype, kernels);
        let learner = learners(space.task(), &format!("network.width = {width}"), 1, &context).remove(stage).unwrap();
        learner.params().load(&case.inputs).unwrap();
        let mut held = case.held(&format!("{dtype:?}, {kernels:?}"), tolerance);

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        held.losses(&pass);
        // All by this model, whatever a sample lacks.
        let all = batch.present.map(|_, present| vec![true; present.len()]);
        held.answers(&*learner, &Batch { present: all, ..batch.clone() }, space, "representation");
        // A softmax sees no more of a bias than the hyperbolic tangent before it bends: the parts of its gradient nearly
        // cancel, and in f32 it is measured by that of its weights.
        held.gradients(&*learner, &pass, |name| match name.strip_suffix("attention.bias") {
            Some(layer) if dtype == DType::F32 => case.largest_of(&format!("{layer}attention.weight")),
            _ => 0.0,
        });
    }
}

#[test]
fn from_language_to_vision_to_audio() {
    as_pytorch("hierarchy", "mctn", &scores(Task::Binary, 0.0), Presence::COMPLETE, 6);
}

#[test]
fn two_modalities_side_by_side_towards_emotions() {
    as_pytorch("pair", "mctn-la", &emotions(), Presence::COMPLETE, 4);
}

/// Each modality has frames of its own; scores go from 1 to 7.
#[test]
fn sequences_of_different_lengths() {
    as_pytorch("unaligned", "mctn-av", &scores(Task::Regression, 4.0), Presence::COMPLETE, 4);
}

#[test]
fn from_another_modality_on() {
    as_pytorch("vision", "mctn-v", &scores(Task::Binary, 0.0), Presence::COMPLETE, 3);
}

#[test]
fn data_that_lack_modalities() {
    let space = scores(Task::Regression, 0.0);
    as_pytorch("two_left", "mctn", &space, Presence::ALL[3], 3);
    as_pytorch("one_left", "mctn", &space, Presence::ALL[0], 3);
}
