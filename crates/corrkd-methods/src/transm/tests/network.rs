//! Values of the network, of each term of the loss and of all gradients, against PyTorch's: samples of different
//! lengths, some of which lack a modality or frames by nature, whose features go on behind their ends; sequences that
//! are not aligned; and the third pair.

use super::super::TransM;
use super::{Place, WITHOUT_DROPOUT, complete, context, emotions, golden, scores};
use crate::case::Case;
use candle_core::DType;
use corrkd_config::{LabelSpace, Task};
use corrkd_data::Split;
use corrkd_nn::DropoutKey;
use corrkd_train::{Method, Pass, TrainingBatch};

fn as_pytorch(case: &str, space: &LabelSpace, lines: &str) {
    let case = Case::of(&golden(), case);
    let (batch, split) = (case.batch(), Split::default());
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), split.clone(), dtype, kernels);
        let job = complete(space.task(), &format!("{WITHOUT_DROPOUT}{lines}"));
        let learner = TransM.open(&job, 1, &context, &[]).unwrap();
        learner.params().load(&case.inputs).unwrap();
        let mut held = case.held(&format!("{dtype:?}, {kernels:?}"), tolerance);
        // In f32 a gradient whose parts nearly cancel is measured by the largest of all.
        let least = if dtype == DType::F32 { case.largest_gradient() / 10.0 } else { 0.0 };

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        held.losses(&pass);
        held.answers(&*learner, &batch, space, "representation");
        held.gradients(&*learner, &pass, |_| least);
    }
}

#[test]
fn between_language_and_the_others() {
    let size = "network = { width = 6, heads = 3, encoder_layers = 2, decoder_layers = 1, feed_forward = 7 }";
    as_pytorch("regression", &scores(Task::Binary, 0.0), size);
}

#[test]
fn between_all_towards_emotions() {
    let size = "network = { width = 4, heads = 2, encoder_layers = 1, decoder_layers = 2, feed_forward = 5, \
                kernel = 1, audio_vision = true }\nlosses.translation = 10.0";
    as_pytorch("emotion", &emotions(), size);
}

/// Each modality has frames of its own; scores go from 1 to 7.
#[test]
fn of_sequences_of_different_lengths() {
    let size =
        "network = { width = 4, heads = 1, encoder_layers = 1, decoder_layers = 1, feed_forward = 6, kernel = 5 }";
    as_pytorch("unaligned", &scores(Task::Regression, 4.0), size);
}
