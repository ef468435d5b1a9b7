//! Values and gradients of the main network, and of the model around it with both losses, against PyTorch's; and the
//! priors: samples of different lengths, whose features go on behind their ends, with modalities and frames missing by
//! nature, and by what a training with this seed loses.

use super::super::Settings;
use super::super::pretrained::frozen;
use super::super::priors::priors;
use super::{Place, SMALL, WIDTHS, context, emotions, golden, hold, jobs, largest, numbers, pretrained, scores, smil};
use candle_core::Tensor;
use corrkd_config::{LabelSpace, PerModality, Presence, Task};
use corrkd_data::{Batch, Sample, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Answers, Learner, Pass, TrainingBatch};
use std::collections::{BTreeMap, BTreeSet};

const SEED: u64 = 1;

/// A kind of a case's tensors, by name.
type Kind<'a> = BTreeMap<&'a str, &'a Tensor>;

/// The case's samples as they are in a batch, which is as long as the longest, and as the training split that they are.
fn samples(inputs: &Kind<'_>) -> (Batch, Split) {
    let lengths = PerModality::from_fn(|m| {
        numbers(inputs[&*format!("lengths.{m}")]).into_iter().map(|x| x as usize).collect::<Vec<_>>()
    });
    let single = |name: &str| numbers(inputs[name]).into_iter().map(|x| x as f32).collect::<Vec<_>>();
    let batch = Batch {
        ids: (0..lengths.language.len()).map(|i| format!("v0[{i}]")).collect(),
        labels: single("labels"),
        present: PerModality::from_fn(|m| single(&format!("present.{m}")).into_iter().map(|x| x > 0.0).collect()),
        features: PerModality::from_fn(|m| single(&format!("features.{m}"))),
        time: lengths.map(|_, lengths| lengths.iter().copied().max().unwrap()),
        lengths,
    };
    let sample = |i: usize| {
        let frames = PerModality::from_fn(|m| i * batch.time.get(m)..i * batch.time.get(m) + batch.lengths.get(m)[i]);
        Sample {
            id: batch.ids[i].clone(),
            label: batch.labels[i],
            present: PerModality::from_fn(|m| batch.present.get(m)[frames.get(m).clone()].to_vec()),
            features: WIDTHS.map(|m, width| {
                let frames = frames.get(m);
                batch.features.get(m)[frames.start * width..frames.end * width].iter().copied().collect()
            }),
        }
    };
    let split = Split { samples: (0..batch.ids.len()).map(sample).collect() };
    (batch, split)
}

/// Those of a case of one kind.
fn of_kind<'a>(golden: &'a BTreeMap<String, Tensor>, case: &str, kind: &str) -> Kind<'a> {
    let prefix = format!("{case}/{kind}/");
    golden.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?, x))).collect()
}

fn owned(kind: &Kind<'_>) -> BTreeMap<String, Tensor> {
    kind.iter().map(|(&name, &x)| (name.to_owned(), x.clone())).collect()
}

/// Holds what a network says of a batch, its losses on it and their gradients.
fn hold_all(
    case: &str,
    way: &str,
    tolerance: f64,
    learner: &dyn Learner,
    batch: &Batch,
    split: &Split,
    is_score: bool,
) {
    let golden = golden();
    let (outputs, gradients) = (of_kind(&golden, case, "output"), of_kind(&golden, case, "gradient"));
    let way = format!("{case}, {way}");
    // In f32 a gradient whose parts nearly cancel is measured by the largest of all.
    let least =
        if tolerance < 1e-8 { 0.0 } else { gradients.values().map(|g| largest(&numbers(g))).fold(0.0, f64::max) };
    let mut worst = 0f64;
    let mut hold = |name: &str, ours: &[f64], theirs, least| {
        worst = worst.max(hold(&format!("{way}: {name}"), ours, &numbers(theirs), least, tolerance));
    };
    let said = learner.answer(batch).unwrap();
    let (Answers::Score(answers) | Answers::Targets(answers) | Answers::Categories(answers)) = &said.answers;
    assert_eq!(matches!(said.answers, Answers::Score(_)), is_score);
    assert_eq!(answers.dims(), outputs["answers"].dims());
    hold("answers", &numbers(answers), outputs["answers"], 0.0);
    hold("representation", &numbers(&said.representation.unwrap()), outputs["representation"], 0.0);

    let indices: Vec<usize> = (0..split.samples.len()).collect();
    let training = TrainingBatch { batch, split, indices: &indices, epoch: 1, key: DropoutKey::new(SEED, 0) };
    let pass = Pass::of(learner, &training).unwrap();
    for &(name, loss) in &pass.losses {
        hold(name, &[loss], outputs[if name == "total" { "loss" } else { name }], 0.0);
    }
    let ours = pass.gradients.by_parameter(learner.params()).unwrap();
    let names: BTreeSet<&str> = ours.keys().map(String::as_str).collect();
    assert_eq!(names, gradients.keys().copied().collect(), "{case}: which parameters get a gradient");
    for (name, gradient) in &ours {
        assert_eq!(gradient.dims(), gradients[name.as_str()].dims(), "{name}");
        hold(name, &numbers(gradient), gradients[name.as_str()], least);
    }
    println!("{way}: {worst:.1e} at most");
}

fn as_pytorch(case: &str, space: &LabelSpace, has: Presence) {
    let golden = golden();
    let (inputs, outputs) = (of_kind(&golden, case, "input"), of_kind(&golden, case, "output"));
    let before = format!("{case}_pretrained");
    let weights = owned(&of_kind(&golden, &before, "input"));
    let (batch, split) = samples(&inputs);
    let jobs = jobs(space.task(), SMALL);
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let way = format!("{dtype:?}, {kernels:?}");
        let context = context(space.clone(), has, split.clone(), dtype, kernels);
        let first = pretrained(&jobs[0], SEED, &context);
        first.params().load(&weights).unwrap();
        hold_all(&before, &way, tolerance, &*first, &batch, &split, space.is_score());

        let settings = Settings::read("the test", &jobs[1].settings).unwrap();
        let network = frozen(&settings, &weights, &context).unwrap();
        let priors = priors(&network, 4, &settings.reconstruction, SEED, &context).unwrap();
        for (m, priors) in priors.iter() {
            let theirs = outputs[&*format!("priors.{m}")];
            hold(&format!("{way}: priors of {m}"), &numbers(priors), &numbers(theirs), 0.0, tolerance);
        }

        let learner = smil(&jobs, SEED, &context, weights.clone());
        let begun = learner.params().values().unwrap();
        for (name, value) in &weights {
            let own = &begun[&name.replace("smil-pretrained", "smil.network")];
            assert_eq!(numbers(own), numbers(value), "{name}");
        }
        learner.params().load(&owned(&inputs)).unwrap();
        hold_all(case, &way, tolerance, &learner, &batch, &split, space.is_score());
    }
}

#[test]
fn scores_of_samples_that_lack_something() {
    as_pytorch("regression", &scores(Task::Binary, 0.0), Presence::COMPLETE);
}

/// No sample has vision.
#[test]
fn emotions_of_data_without_vision() {
    as_pytorch("emotion", &emotions(), Presence::ALL[3]);
}

/// Each modality has frames of its own; scores go from 1 to 7.
#[test]
fn sequences_of_different_lengths() {
    as_pytorch("unaligned", &scores(Task::Regression, 4.0), Presence::COMPLETE);
}
