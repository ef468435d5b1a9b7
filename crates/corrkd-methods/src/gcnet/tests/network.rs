//! Values and gradients of the network and its losses, against PyTorch's: samples of different lengths and of one; with
//! modalities and frames that are missing by nature; whose features go on behind their ends. The answers are those to
//! the samples as they are; in the losses they have lost what the protocol's law takes.

use super::super::GcNet;
use super::{Place, WIDTHS, context, emotions, golden, job, scores};
use crate::case::Case;
use corrkd_config::{LabelSpace, Modality, PerModality, Task};
use corrkd_data::{Batch, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Method, Pass, TrainingBatch};

/// The case's batch, in which frames without data are zero as in samples; what is behind an end may be anything.
fn batch(case: &Case, ids: &[&str]) -> Batch {
    let mut batch = case.batch();
    batch.ids = ids.iter().map(|&id| id.to_owned()).collect();
    for m in Modality::ALL {
        let time = *batch.time.get(m);
        let frames = batch.features.get_mut(m).chunks_mut(*WIDTHS.get(m)).zip(batch.present.get(m)).enumerate();
        for (at, (frame, _)) in frames.filter(|(_, (_, present))| !**present) {
            if at % time < batch.lengths.get(m)[at / time] {
                frame.fill(0.0);
            }
        }
    }
    batch
}

fn as_pytorch(case: &str, space: &LabelSpace, ids: &[&str], seed: u64, network: &str) {
    let case = Case::of(&golden(), case);
    let (batch, split) = (batch(&case, ids), Split::default());
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let mut context = context(space.clone(), two_of_a_video(), dtype, kernels);
        context.time = batch.time;
        let job = job(space.task(), &format!("dropout.recurrent = 0.0\n{network}"));
        let learner = GcNet.open(&job, seed, &context, &[]).unwrap();
        learner.params().load(&case.inputs).unwrap();
        let mut held = case.held(&format!("{dtype:?}, {kernels:?}"), tolerance);
        held.answers(&*learner, &batch, space, "representation");

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        let [("task", task), ("reconstruction", reconstruction), ("total", total)] = pass.losses[..] else {
            panic!("{:?}", pass.losses)
        };
        held.output("loss.task", &[task]);
        held.output("loss.reconstruction", &[reconstruction]);
        held.output("loss", &[total]);
        let [("reconstruction.share", share)] = pass.parts[..] else { panic!("{:?}", pass.parts) };
        assert!(0.0 < share && share < 1.0, "{share}");
        held.gradients(&*learner, &pass, |_| 0.0);
    }
}

/// Training samples of which two are of one video, as utterances must be to be nodes.
fn two_of_a_video() -> Split {
    let sample = |i: usize| corrkd_data::Sample {
        id: format!("v[{i}]"),
        label: 0.0,
        present: PerModality::all(vec![true]),
        features: WIDTHS.map(|_, &width| vec![0.0; width].into()),
    };
    Split { samples: (0..2).map(sample).collect() }
}

#[test]
fn a_regressor_on_frames() {
    let ids = ["v0[0]", "v0[1]", "v0[2]", "v0[3]"];
    as_pytorch("regression", &scores(Task::Binary, 0.0), &ids, 1, "network = { width = 4, window = 2 }");
}

#[test]
fn emotions_without_language_by_another_size() {
    let ids = ["v0[0]", "v0[1]", "v0[2]"];
    as_pytorch("emotion", &emotions(), &ids, 1, "network = { width = 3, window = 1 }");
}

/// Each modality has frames of its own; scores go from 1 to 7.
#[test]
fn a_regressor_on_sequences_of_different_lengths() {
    let ids = ["v0[0]", "v0[1]", "v0[2]"];
    as_pytorch("unaligned", &scores(Task::Regression, 4.0), &ids, 2, "network = { width = 4, window = 2 }");
}

/// Videos of three utterances, of two and of one, in a mixed order.
#[test]
fn a_regressor_on_utterances() {
    let ids = ["b[10]", "a[3]", "b[9]", "c[0]", "a[1]", "b[0]"];
    let network = "network = { nodes = \"utterances\", width = 4, window = 2 }";
    as_pytorch("utterances", &scores(Task::Binary, 0.0), &ids, 1, network);
}
