//! Values and gradients of the whole, against PyTorch's: samples of different lengths, all shorter than the longest of
//! the data set and not; with missing modalities and frames; whose features go on behind their ends.

use super::super::Dmd;
use super::{Place, WITHOUT_DROPOUT, context, emotions, job, left, scores};
use crate::case::{Case, same_beside, short_and_long};
use candle_core::DType;
use corrkd_config::{Kernels, LabelSpace, PerModality, Task};
use corrkd_data::Split;
use corrkd_nn::DropoutKey;
use corrkd_train::{Method, Pass, TrainingBatch};

const FILE: &[u8] = include_bytes!("../golden/modules.safetensors");
const TERMS: [&str; 7] = ["task", "reconstruction", "cycle", "margin", "orthogonality", "homogeneous", "heterogeneous"];

fn as_pytorch(case: &str, space: &LabelSpace, time: PerModality<usize>, lines: &str) {
    let case = Case::of(&left(FILE), case);
    let (batch, split) = (case.batch(), Split::default());
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), time, split.clone(), dtype, kernels);
        let learner = Dmd.open(&job(space.task(), &format!("{lines}{WITHOUT_DROPOUT}")), 1, &context, &[]).unwrap();
        learner.params().load(&case.inputs).unwrap();
        let mut held = case.held(&format!("{dtype:?}, {kernels:?}"), tolerance);
        held.answers(&*learner, &batch, space, "representation");

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        let names: Vec<&str> = pass.losses.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, [&TERMS[..], &["total"]].concat());
        for (name, loss) in &pass.losses {
            let theirs = if *name == "total" { "loss".to_owned() } else { format!("term.{name}") };
            held.output(&theirs, &[*loss]);
        }
        held.gradients(&*learner, &pass, |_| 0.0);
    }
}

const KERNELS: &str = "network.kernels = { language = 3, audio = 1, vision = 2 }\n";

#[test]
fn a_regressor_of_samples_shorter_than_the_longest() {
    let size = format!("{KERNELS}network.width = 4\nnetwork.heads = 2\nnetwork.layers = 1");
    as_pytorch("regression", &scores(Task::Binary, 0.0), PerModality::all(8), &size);
}

/// With what the published code does not do.
#[test]
fn emotions_without_language_where_code_and_paper_differ() {
    let size = format!("{KERNELS}network.width = 4\nnetwork.heads = 2\nnetwork.layers = 1");
    let other = "network.positions = \"all\"\n\
                 losses = { orthogonality = \"signed\", homogeneous_representations = true }";
    as_pytorch("emotion", &emotions(), PerModality::all(5), &format!("{size}\n{other}"));
}

/// Each modality has frames of its own, of vision a single one for a kernel of three; scores go from 1 to 7.
#[test]
fn a_regressor_of_sequences_of_different_lengths() {
    let size = "network = { width = 4, heads = 1, layers = 1, kernels = { language = 5, audio = 3, vision = 3 } }";
    let time = PerModality { language: 5, audio: 10, vision: 1 };
    as_pytorch("unaligned", &scores(Task::Regression, 4.0), time, size);
}

/// A sample answers the same whatever stands beside it, since that decides how far the batch is padded.
#[test]
fn a_sample_answers_by_itself_as_beside_a_longer_one() {
    let space = scores(Task::Binary, 0.0);
    let context = context(space, PerModality::all(6), short_and_long(), DType::F64, Kernels::Composed);
    let size = "network = { width = 4, heads = 2, layers = 1 }";
    same_beside(&*Dmd.open(&job(Task::Binary, size), 1, &context, &[]).unwrap(), &context);
}
