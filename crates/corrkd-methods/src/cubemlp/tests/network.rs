//! Values and gradients of the network, against PyTorch's: samples of different lengths, all shorter than the longest of
//! the data set and not; with missing modalities and frames; whose features go on behind their ends.

use super::super::CubeMlp;
use super::{Place, context, emotions, golden, job, scores};
use crate::case::{Case, same_beside, short_and_long};
use candle_core::DType;
use corrkd_config::{Kernels, LabelSpace, Task};
use corrkd_data::Split;
use corrkd_nn::DropoutKey;
use corrkd_train::{Method, Pass, TrainingBatch};

const WITHOUT_DROPOUT: &str = "dropout = { encoders = 0.0, time = 0.0, modality = 0.0, channel = 0.0 }\n";

fn as_pytorch(case: &str, space: &LabelSpace, time: usize, network: &str) {
    let case = Case::of(&golden(), case);
    let (batch, split) = (case.batch(), Split::default());
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), time, split.clone(), dtype, kernels);
        let job = job(space.task(), &format!("{WITHOUT_DROPOUT}{network}"));
        let learner = CubeMlp.open(&job, 1, &context, &[]).unwrap();
        learner.params().load(&case.inputs).unwrap();
        let mut held = case.held(&format!("{dtype:?}, {kernels:?}"), tolerance);
        held.answers(&*learner, &batch, space, "representation");

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        let [("task", loss), ("total", total)] = pass.losses[..] else { panic!("{:?}", pass.losses) };
        assert_eq!(loss, total);
        held.output("loss", &[loss]);
        held.gradients(&*learner, &pass, |_| 0.0);
    }
}

#[test]
fn a_regressor_of_samples_shorter_than_the_longest() {
    let size = "network = { width = 6, kernel = 3, blocks = [[7, 3, 5], [3, 2, 4]] }";
    as_pytorch("regression", &scores(Task::Binary, 0.0), 8, size);
}

#[test]
fn emotions_without_language_by_another_size() {
    as_pytorch("emotion", &emotions(), 5, "network = { width = 4, kernel = 5, blocks = [[6, 2, 7]] }");
}

/// Each modality has frames of its own; scores go from 1 to 7.
#[test]
fn a_regressor_of_sequences_of_different_lengths() {
    let size = "network = { width = 4, kernel = 3, blocks = [[6, 3, 5], [3, 2, 4]] }";
    as_pytorch("unaligned", &scores(Task::Regression, 4.0), 12, size);
}

/// A sample answers the same whatever stands beside it, since that decides how far the batch is padded.
#[test]
fn a_sample_answers_by_itself_as_beside_a_longer_one() {
    let context = context(scores(Task::Binary, 0.0), 6, short_and_long(), DType::F64, Kernels::Composed);
    same_beside(&*CubeMlp.open(&job(Task::Binary, ""), 1, &context, &[]).unwrap(), &context);
}
