//! Values and gradients of the whole, against PyTorch's: samples of different lengths, all shorter than the longest of
//! the data set and not; with missing modalities and frames; whose features go on behind their ends.

use super::super::Dmd;
use super::{Place, WIDTHS, WITHOUT_DROPOUT, context, emotions, hold, job, left, numbers, scores};
use candle_core::DType;
use corrkd_config::{Kernels, LabelSpace, Modality, PerModality, Task};
use corrkd_data::{Batch, Sample, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Answers, Method, Pass, TrainingBatch};
use std::collections::{BTreeMap, BTreeSet};

const FILE: &[u8] = include_bytes!("../golden/modules.safetensors");
const TERMS: [&str; 7] = ["task", "reconstruction", "cycle", "margin", "orthogonality", "homogeneous", "heterogeneous"];

fn as_pytorch(case: &str, space: &LabelSpace, time: PerModality<usize>, lines: &str) {
    let golden = left(FILE);
    let of_kind = |kind: &str| -> BTreeMap<&str, _> {
        let prefix = format!("{case}/{kind}/");
        golden.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?, x))).collect()
    };
    let (inputs, outputs, gradients) = (of_kind("input"), of_kind("output"), of_kind("gradient"));
    let whole = |name: &str| numbers(inputs[name]).into_iter().map(|x| x as usize).collect::<Vec<_>>();
    let lengths = PerModality::from_fn(|m| whole(&format!("lengths.{m}")));
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
        let learner = Dmd.open(&job(space.task(), &format!("{lines}{WITHOUT_DROPOUT}")), 1, &context, &[]).unwrap();
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
        let names: Vec<&str> = pass.losses.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, [&TERMS[..], &["total"]].concat());
        for (name, loss) in &pass.losses {
            let theirs = if *name == "total" { "loss".to_owned() } else { format!("term.{name}") };
            hold(name, &[*loss], outputs[theirs.as_str()]);
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
    let features = |length: usize| {
        PerModality::from_fn(|m: Modality| {
            (0..length * WIDTHS.get(m)).map(|i| (i as f32 + m as usize as f32).sin()).collect::<Vec<_>>()
        })
    };
    let sample = |id: &str, length| Sample {
        id: id.to_owned(),
        label: 1.0,
        present: PerModality::from_fn(|_| vec![true; length]),
        features: features(length).map(|_, values| values.iter().copied().collect()),
    };
    let split = Split { samples: vec![sample("short", 2), sample("long", 6)] };
    let space = scores(Task::Binary, 0.0);
    let context = context(space, PerModality::all(6), split, DType::F64, Kernels::Composed);
    let size = "network = { width = 4, heads = 2, layers = 1 }";
    let learner = Dmd.open(&job(Task::Binary, size), 1, &context, &[]).unwrap();
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
