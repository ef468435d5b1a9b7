//! Values and gradients of the network and its losses, against PyTorch's: samples of different lengths and of one; with
//! modalities and frames that are missing by nature; whose features go on behind their ends. The answers are those to
//! the samples as they are; in the losses they have lost what the protocol's law takes.

use super::super::GcNet;
use super::{Place, WIDTHS, context, emotions, golden, hold, job, numbers, scores};
use corrkd_config::{LabelSpace, PerModality, Task};
use corrkd_data::{Batch, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Answers, Method, Pass, TrainingBatch};
use std::collections::{BTreeMap, BTreeSet};

fn as_pytorch(case: &str, space: &LabelSpace, ids: &[&str], seed: u64, network: &str) {
    let golden = golden();
    let of_kind = |kind: &str| -> BTreeMap<&str, _> {
        let prefix = format!("{case}/{kind}/");
        golden.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?, x))).collect()
    };
    let (inputs, outputs, gradients) = (of_kind("input"), of_kind("output"), of_kind("gradient"));
    let single = |name: &str| numbers(inputs[name]).into_iter().map(|x| x as f32).collect::<Vec<_>>();
    let present =
        PerModality::from_fn(|m| single(&format!("present.{m}")).iter().map(|&x| x > 0.0).collect::<Vec<_>>());
    let lengths =
        PerModality::from_fn(|m| single(&format!("lengths.{m}")).iter().map(|&x| x as usize).collect::<Vec<_>>());
    let time = lengths.map(|_, lengths| lengths.iter().copied().max().unwrap());
    let features = PerModality::from_fn(|m| {
        let mut values = single(&format!("features.{m}"));
        let frames = values.chunks_mut(*WIDTHS.get(m)).zip(present.get(m)).enumerate();
        for (at, (frame, _)) in frames.filter(|(_, (_, present))| !**present) {
            let (sample, t) = (at / time.get(m), at % time.get(m));
            if t < lengths.get(m)[sample] {
                frame.fill(0.0); // as a sample's frame without data is; what is behind its end may be anything
            }
        }
        values
    });
    let ids = ids.iter().map(|&id| id.to_owned()).collect();
    let batch = Batch { ids, labels: single("labels"), lengths, time, present, features };
    let values: BTreeMap<_, _> = inputs.iter().map(|(&name, &x)| (name.to_owned(), x.clone())).collect();
    let split = Split { samples: Vec::new() };
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let mut context = context(space.clone(), two_of_a_video(), dtype, kernels);
        context.time = batch.time;
        let job = job(space.task(), &format!("dropout.recurrent = 0.0\n{network}"));
        let learner = GcNet.open(&job, seed, &context, &[]).unwrap();
        learner.params().load(&values).unwrap();
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut worst = 0f64;
        let mut hold = |name: &str, ours: &[f64]| {
            let theirs = outputs.get(name).or_else(|| gradients.get(name)).unwrap();
            worst = worst.max(hold(&format!("{way}: {name}"), ours, &numbers(theirs), 0.0, tolerance));
        };

        let output = learner.answer(&batch).unwrap();
        let (Answers::Score(answers) | Answers::Targets(answers) | Answers::Categories(answers)) = &output.answers;
        assert_eq!(matches!(output.answers, Answers::Score(_)), space.is_score());
        assert_eq!(answers.dims(), outputs["answers"].dims());
        hold("answers", &numbers(answers));
        hold("representation", &numbers(&output.representation.unwrap()));

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        let [("task", task), ("reconstruction", reconstruction), ("total", total)] = pass.losses[..] else {
            panic!("{:?}", pass.losses)
        };
        hold("loss.task", &[task]);
        hold("loss.reconstruction", &[reconstruction]);
        hold("loss", &[total]);
        let [("reconstruction.share", share)] = pass.parts[..] else { panic!("{:?}", pass.parts) };
        assert!(0.0 < share && share < 1.0, "{share}");
        let ours = pass.gradients.by_parameter(learner.params()).unwrap();
        let names = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(
            names(ours.keys().map(String::as_str).collect()),
            names(gradients.keys().copied().collect()),
            "{case}: which parameters get a gradient"
        );
        for (name, gradient) in &ours {
            assert_eq!(gradient.dims(), gradients[name.as_str()].dims(), "{name}");
            hold(name, &numbers(gradient));
        }
        println!("{way}: {worst:.1e} at most");
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
