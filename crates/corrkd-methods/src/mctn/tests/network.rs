//! Values of the networks, of each term of the loss and of all gradients, against PyTorch's: samples of different
//! lengths, some of which lack a modality or frames by nature, whose features go on behind their ends; one modality,
//! two side by side, and data that lack some.

use super::{Place, WIDTHS, context, emotions, golden, hold, largest, learners, numbers, scores};
use candle_core::{DType, Tensor};
use corrkd_config::{LabelSpace, Modality, PerModality, Presence, Task};
use corrkd_data::{Batch, Sample, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Answers, Pass, TrainingBatch};
use std::collections::{BTreeMap, BTreeSet};

/// What PyTorch left of one kind of a case.
type Kind<'a> = BTreeMap<&'a str, &'a Tensor>;

/// The batch whose inputs these are.
fn batch(inputs: &Kind) -> Batch {
    let lengths = PerModality::from_fn(|m| {
        numbers(inputs[&*format!("lengths.{m}")]).into_iter().map(|x| x as usize).collect::<Vec<_>>()
    });
    let single = |name: &str| numbers(inputs[name]).into_iter().map(|x| x as f32).collect::<Vec<_>>();
    Batch {
        ids: (0..lengths.language.len()).map(|i| format!("v[{i}]")).collect(),
        labels: single("labels"),
        present: PerModality::from_fn(|m| single(&format!("present.{m}")).into_iter().map(|x| x > 0.0).collect()),
        features: PerModality::from_fn(|m| single(&format!("features.{m}"))),
        time: lengths.map(|_, lengths| lengths.iter().copied().max().unwrap()),
        lengths,
    }
}

/// Its samples, without what lies behind their ends: those that the greatest values are of.
fn split(batch: &Batch) -> Split {
    let sample = |(i, id): (usize, &String)| {
        let frames = |m: Modality| {
            let first = i * batch.time.get(m);
            first..first + batch.lengths.get(m)[i]
        };
        Sample {
            id: id.clone(),
            label: batch.labels[i],
            present: PerModality::from_fn(|m| batch.present.get(m)[frames(m)].to_vec()),
            features: WIDTHS.map(|m, &width| {
                let (frames, values) = (frames(m), batch.features.get(m));
                values[frames.start * width..frames.end * width].iter().copied().collect()
            }),
        }
    };
    Split { samples: batch.ids.iter().enumerate().map(sample).collect() }
}

fn as_pytorch(case: &str, stage: &str, space: &LabelSpace, has: Presence, width: usize) {
    let golden = golden();
    let of_kind = |kind: &str| -> Kind {
        let prefix = format!("{case}/{kind}/");
        golden.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?, x))).collect()
    };
    let (inputs, outputs, gradients) = (of_kind("input"), of_kind("output"), of_kind("gradient"));
    let (batch, values) = (batch(&inputs), inputs.iter().map(|(&name, &x)| (name.to_owned(), x.clone())).collect());
    let split = split(&batch);
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), has, split.clone(), dtype, kernels);
        let learner = learners(space.task(), &format!("network.width = {width}"), 1, &context).remove(stage).unwrap();
        learner.params().load(&values).unwrap();
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut worst = 0f64;
        // A softmax sees no more of a bias than the hyperbolic tangent before it bends: the parts of its gradient nearly
        // cancel, and in f32 it is measured by that of its weights.
        let least = |name: &str| match name.strip_suffix("attention.bias").filter(|_| dtype == DType::F32) {
            Some(layer) => largest(&numbers(gradients[&*format!("{layer}attention.weight")])),
            None => 0.0,
        };
        let mut hold = |name: &str, ours: &[f64], theirs| {
            worst = worst.max(hold(&format!("{way}: {name}"), ours, &numbers(theirs), least(name), tolerance));
        };

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        for &(name, loss) in &pass.losses {
            hold(name, &[loss], outputs[if name == "total" { "loss" } else { name }]);
        }
        let terms: BTreeSet<&str> = pass.losses.iter().map(|&(name, _)| name).filter(|&name| name != "total").collect();
        let theirs = outputs.keys().copied().filter(|name| !["answers", "representation", "loss"].contains(name));
        assert_eq!(terms, theirs.collect(), "{case}");
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

        // All by this model, whatever a sample lacks.
        let all = batch.present.map(|_, present| vec![true; present.len()]);
        let output = learner.answer(&Batch { present: all, ..batch.clone() }).unwrap();
        let (Answers::Score(answers) | Answers::Targets(answers) | Answers::Categories(answers)) = &output.answers;
        assert_eq!(matches!(output.answers, Answers::Score(_)), space.is_score());
        assert_eq!(answers.dims(), outputs["answers"].dims());
        hold("answers", &numbers(answers), outputs["answers"]);
        hold("representation", &numbers(&output.representation.unwrap()), outputs["representation"]);
        println!("{way}: {worst:.1e} at most");
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
