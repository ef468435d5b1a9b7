//! Values and gradients of the network, against PyTorch's: samples of different lengths, all shorter than the longest of
//! the data set and not; with missing modalities and frames; whose features go on behind their ends.

use super::super::CubeMlp;
use super::{Place, WIDTHS, context, emotions, golden, hold, job, numbers, scores};
use candle_core::DType;
use corrkd_config::{LabelSpace, Modality, PerModality, Task};
use corrkd_data::{Batch, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Answers, Method, Pass, TrainingBatch};
use std::collections::{BTreeMap, BTreeSet};

const WITHOUT_DROPOUT: &str = "dropout = { encoders = 0.0, time = 0.0, modality = 0.0, channel = 0.0 }\n";

fn as_pytorch(case: &str, space: &LabelSpace, time: usize, network: &str) {
    let golden = golden();
    let of_kind = |kind: &str| -> BTreeMap<&str, _> {
        let prefix = format!("{case}/{kind}/");
        golden.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?, x))).collect()
    };
    let (inputs, outputs, gradients) = (of_kind("input"), of_kind("output"), of_kind("gradient"));
    let lengths = PerModality::from_fn(|m| {
        let of_all = inputs.get("lengths").copied();
        let lengths = of_all.unwrap_or_else(|| inputs[&*format!("lengths.{m}")]);
        numbers(lengths).into_iter().map(|x| x as usize).collect::<Vec<_>>()
    });
    let of_batch = lengths.map(|_, lengths| lengths.iter().copied().max().unwrap());
    let count = lengths.language.len();
    let single = |name: &str| numbers(inputs[name]).into_iter().map(|x| x as f32).collect::<Vec<_>>();
    let batch = Batch {
        ids: (0..count).map(|i| format!("v[{i}]")).collect(),
        labels: single("labels"),
        present: of_batch.map(|_, time| vec![true; count * time]),
        features: PerModality::from_fn(|m| single(&format!("features.{m}"))),
        time: of_batch,
        lengths,
    };
    let values: BTreeMap<_, _> = inputs.iter().map(|(&name, &x)| (name.to_owned(), x.clone())).collect();
    let split = Split::default();
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), time, split.clone(), dtype, kernels);
        let job = job(space.task(), &format!("{WITHOUT_DROPOUT}{network}"));
        let learner = CubeMlp.open(&job, 1, &context, &[]).unwrap();
        learner.params().load(&values).unwrap();
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
        hold("representation", &numbers(&output.representation.unwrap()), outputs["representation"]);

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        let [("task", loss), ("total", total)] = pass.losses[..] else { panic!("{:?}", pass.losses) };
        assert_eq!(loss, total);
        hold("loss", &[loss], outputs["loss"]);
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
    let features = |length: usize| {
        PerModality::from_fn(|m: Modality| {
            (0..length * WIDTHS.get(m)).map(|i| (i as f32 + m as usize as f32).sin()).collect::<Vec<_>>()
        })
    };
    let sample = |id: &str, length| corrkd_data::Sample {
        id: id.to_owned(),
        label: 1.0,
        present: PerModality::from_fn(|_| vec![true; length]),
        features: features(length).map(|_, values| values.iter().copied().collect()),
    };
    let split = Split { samples: vec![sample("short", 2), sample("long", 6)] };
    let context = context(scores(Task::Binary, 0.0), 6, split, DType::F64, corrkd_config::Kernels::Composed);
    let learner = CubeMlp.open(&job(Task::Binary, ""), 1, &context, &[]).unwrap();
    let answer = |indices: &[usize]| {
        let Answers::Score(scores) = learner.answer(&context.batch(&context.train, indices)).unwrap().answers else {
            panic!("no score");
        };
        numbers(&scores)
    };
    let (alone, beside) = (answer(&[0]), answer(&[0, 1]));
    assert!((alone[0] - beside[0]).abs() < 1e-12, "{alone:?} {beside:?}");
    assert_ne!(beside[0], beside[1]);
}
