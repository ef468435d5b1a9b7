//! Values and gradients of the network and its losses, against PyTorch's: samples of different lengths, with missing
//! modalities and frames, whose features go on behind their ends, and whose modalities have labels of their own.

use super::super::SelfMm;
use super::{Place, SMALL, WIDTHS, context, emotions, golden, hold, job, numbers, scores, state};
use candle_core::Tensor;
use corrkd_config::{LabelSpace, Modality, PerModality, Task};
use corrkd_data::{Batch, Sample, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Answers, Method, Pass, TrainingBatch};
use std::collections::{BTreeMap, BTreeSet};

/// The case's samples as they are in a batch, which is as long as the longest, and as the training split that they are.
fn samples(inputs: &BTreeMap<&str, &Tensor>) -> (Batch, Split) {
    let lengths = PerModality::from_fn(|m| {
        let of_all = inputs.get("lengths").copied();
        let lengths = of_all.unwrap_or_else(|| inputs[&*format!("lengths.{m}")]);
        numbers(lengths).into_iter().map(|x| x as usize).collect::<Vec<_>>()
    });
    let time = lengths.map(|_, lengths| lengths.iter().copied().max().unwrap());
    let count = lengths.language.len();
    let single = |name: &str| numbers(inputs[name]).into_iter().map(|x| x as f32).collect::<Vec<_>>();
    let batch = Batch {
        ids: (0..count).map(|i| format!("v[{i}]")).collect(),
        labels: single("labels"),
        present: time.map(|_, time| vec![true; count * time]),
        features: PerModality::from_fn(|m| single(&format!("features.{m}"))),
        time,
        lengths,
    };
    let part = |i: usize, m: Modality| (batch.lengths.get(m)[i], batch.time.get(m) * i);
    let sample = |i: usize| Sample {
        id: batch.ids[i].clone(),
        label: batch.labels[i],
        present: PerModality::from_fn(|m| vec![true; part(i, m).0]),
        features: PerModality::from_fn(|m| {
            let ((length, start), width) = (part(i, m), WIDTHS.get(m));
            batch.features.get(m)[start * width..][..length * width].to_vec().into()
        }),
    };
    let split = Split { samples: (0..count).map(sample).collect() };
    (batch, split)
}

fn as_pytorch(case: &str, space: &LabelSpace) {
    let golden = golden();
    let of_kind = |kind: &str| -> BTreeMap<&str, _> {
        let prefix = format!("{case}/{kind}/");
        golden.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?, x))).collect()
    };
    let (inputs, outputs, gradients) = (of_kind("input"), of_kind("output"), of_kind("gradient"));
    let (batch, split) = samples(&inputs);
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    let labels = state(&PerModality::from_fn(|m| inputs[&*format!("generated.{m}")].clone()));
    let values: BTreeMap<_, _> = inputs.iter().map(|(&name, &x)| (name.to_owned(), x.clone())).collect();
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), split.clone(), dtype, kernels);
        let mut learner = SelfMm.open(&job(space.task(), SMALL), 1, &context, &[]).unwrap();
        learner.params().load(&values).unwrap();
        learner.restore(&labels).unwrap();
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut worst = 0f64;
        let mut hold = |name: &str, ours: &[f64], theirs| {
            worst = worst.max(hold(&format!("{way}: {name}"), ours, &numbers(theirs), 0.0, tolerance));
        };

        let output = learner.answer(&batch).unwrap();
        let (Answers::Score(answers) | Answers::Targets(answers) | Answers::Categories(answers)) = &output.answers;
        assert_eq!(matches!(output.answers, Answers::Score(_)), space.is_score());
        assert_eq!(answers.dims(), outputs["answers"].dims());
        hold("answers", &numbers(answers), outputs["answers"]);
        hold("representation", &numbers(&output.representation.unwrap()), outputs["features.fused"]);

        let key = DropoutKey::new(1, 0);
        let training = TrainingBatch { batch: &batch, split: &split, indices: &indices, epoch: 1, key };
        let pass = Pass::of(&*learner, &training).unwrap();
        let names: Vec<&str> = pass.losses.iter().map(|&(name, _)| name).collect();
        assert_eq!(names, ["task", "language", "audio", "vision", "total"]);
        for (name, loss) in pass.losses {
            let theirs = if name == "total" { "loss".to_owned() } else { format!("loss.{name}") };
            hold(name, &[loss], outputs[&*theirs]);
        }
        let ours = pass.gradients.by_parameter(learner.params()).unwrap();
        let names = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(
            names(ours.keys().map(String::as_str).collect()),
            names(gradients.keys().copied().collect()),
            "{case}: which parameters get a gradient"
        );
        for (name, gradient) in &ours {
            assert_eq!(gradient.dims(), gradients[name.as_str()].dims(), "{name}");
            hold(name, &numbers(gradient), gradients[name.as_str()]);
        }
        println!("{way}: {worst:.1e} at most");
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
