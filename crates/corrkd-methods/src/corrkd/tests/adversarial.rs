//! The whole path, from samples to tested predictions, on numbers that break careless code: it ends with finite
//! numbers, or with an error that names the sample and the loss term.

use super::{OTHERWISE, Resolved, SEED, sentiment, settings};
use crate::corrkd::CorrKd;
use candle_core::Device;
use corrkd_config::{DatasetRef, Exit, Job, Kernels, Modality, PerModality, Presence};
use corrkd_data::{Dataset, Preparation, Sample, Split, Summary, Time};
use corrkd_random::Stream;
use corrkd_record::{Answer, Prediction, RunId, RunResult, RunSpec, Runs};
use corrkd_train::{Blame, Stop, TrainError, Work};

const WIDTHS: PerModality<usize> = PerModality { language: 4, audio: 2, vision: 3 };

/// A sample of normal features.
fn sample(id: &str, label: f32, length: usize) -> Sample {
    let stream = Stream::new(SEED, "adversarial").named(id);
    let features = PerModality::from_fn(|m| {
        let stream = stream.at(m as u64);
        (0..(length * WIDTHS.get(m)) as u64).map(|i| stream.normal(i) as f32).collect()
    });
    Sample { id: id.to_owned(), label, present: PerModality::from_fn(|_| vec![true; length]), features }
}

/// Samples `NAME0`, `NAME1`, .. of the given lengths, negative and positive in turn.
fn split(name: &str, lengths: &[usize]) -> Split {
    let samples = lengths.iter().enumerate();
    let label = |i: usize| if i.is_multiple_of(2) { -1.0 } else { 2.0 };
    Split { samples: samples.map(|(i, &length)| sample(&format!("{name}{i}"), label(i), length)).collect() }
}

/// Three splits whose samples have these lengths.
pub(super) fn dataset(train: &[usize], valid: &[usize], test: &[usize]) -> Dataset {
    Dataset {
        name: "made".to_owned(),
        modalities: Presence::COMPLETE,
        labels: sentiment(),
        widths: WIDTHS,
        time: Time::Aligned([train, valid, test].concat().into_iter().max().unwrap()),
        words: false,
        preparation: Preparation::of("synthetic").unwrap(),
        fingerprint: String::new(),
        train: split("train", train),
        valid: split("valid", valid),
        test: split("test", test),
        summary: Summary::default(),
    }
}

/// Samples of one to four frames.
pub(super) fn usual() -> Dataset {
    dataset(&[3, 1, 4, 2, 4, 1, 3], &[2, 4, 1], &[4, 1, 3])
}

/// Trains and tests a teacher and its student, and keeps nothing but their results.
pub(super) fn run(data: &Dataset, settings: &Resolved) -> Result<[RunResult; 2], TrainError> {
    let root = tempfile::tempdir().unwrap();
    run_in(&Runs::open(root.path()).unwrap(), data, settings)
}

/// Trains and tests a teacher and its student.
pub(super) fn run_in(runs: &Runs, data: &Dataset, settings: &Resolved) -> Result<[RunResult; 2], TrainError> {
    let finish = |stage: usize, needs: Vec<RunId>| {
        let spec = RunSpec {
            job: Job::of(&settings.row, &settings.row.stages[stage]),
            seed: SEED,
            dataset: DatasetRef { name: data.name.clone(), size: None, fold: None },
            fingerprint: data.fingerprint.clone(),
            labels: data.labels.clone(),
            code: String::new(),
            device: corrkd_config::Device::Cpu,
            kernels: Kernels::Fused,
            needs,
        };
        let dir = runs.run(&spec.id());
        dir.prepare(&spec).unwrap();
        let work =
            Work { method: &CorrKd, dir: &dir, spec: &spec, data, runs, device: Device::Cpu, stop: &Stop::new() };
        let result = work.finish(&mut |_| {})?;
        finite(&result, &dir.predictions(&result).unwrap());
        Ok::<_, TrainError>(result)
    };
    let teacher = finish(0, Vec::new())?;
    let student = finish(1, vec![teacher.id.clone()])?;
    Ok([teacher, student])
}

/// Every number of a result and its predictions is finite, and responses are probabilities.
fn finite(result: &RunResult, predictions: &[Prediction]) {
    let validation = result.training.as_ref().unwrap().validation;
    assert!([validation.loss, validation.f1, validation.accuracy].iter().all(|x| x.is_finite()), "{validation:?}");
    for scored in &result.test {
        let scores = &scored.scores;
        assert!([scores.f1, scores.accuracy, scores.accuracy_categories].iter().all(|x| (0.0..=1.0).contains(x)));
    }
    assert_eq!(predictions.len(), result.test.len() * result.samples.test);
    for p in predictions {
        if let Answer::Score(score) = p.answer {
            assert!(score.is_finite(), "{p:?}");
            continue;
        }
        let numbers = p.answer.numbers();
        let response = &numbers[..numbers.len() - usize::from(p.answer.score().is_some())];
        let sum: f32 = response.iter().sum();
        assert!(response.iter().all(|r| (0.0..=1.0).contains(r)) && (sum - 1.0).abs() < 1e-5, "{p:?}");
    }
}

/// The settings that each case is tried with: every task, every loss, and the open choices made the other way.
pub(super) fn all_settings(rest: &str) -> Vec<Resolved> {
    let short = "teacher.epochs = 2\nstudent.epochs = 2\nevaluation.ratios = [0.0, 0.5, 1.0]";
    let [kl, dkd] = ["losses.rcd.form = \"kl\"", "losses.rcd.form = \"dkd\""];
    [("binary", ""), ("ternary", OTHERWISE), ("seven", ""), ("seven", kl), ("ternary", dkd), ("regression", "")]
        .map(|(task, form)| settings(task, &format!("{short}\n{form}\n{rest}")))
        .to_vec()
}

/// The data end in finite numbers with all settings.
fn comes_through(data: &Dataset, rest: &str) {
    for settings in all_settings(rest) {
        run(data, &settings).unwrap_or_else(|e| panic!("{settings:?}: {e}"));
    }
}

/// The data with each sample of every split changed.
pub(super) fn changed(mut data: Dataset, change: impl Fn(&mut Sample)) -> Dataset {
    [&mut data.train, &mut data.valid, &mut data.test].into_iter().flat_map(|s| &mut s.samples).for_each(change);
    data
}

/// The data with every feature of one modality of the named sample set to a value.
fn with(data: Dataset, id: &str, modality: Modality, value: f32) -> Dataset {
    assert!([&data.train, &data.valid, &data.test].iter().any(|split| split.samples.iter().any(|s| s.id == id)));
    changed(data, |sample| {
        if sample.id == id {
            let frames = sample.features.get_mut(modality);
            *frames = vec![value; frames.len()].into();
        }
    })
}

/// The data with all features set to a value.
fn filled(data: Dataset, value: f32) -> Dataset {
    changed(data, |sample| sample.features = sample.features.map(|_, frames| vec![value; frames.len()].into()))
}

/// A pre-norm network normalises such features away; in a post-norm one they overflow in the first layer's attention.
#[test]
fn features_of_1e30() {
    for settings in all_settings("") {
        for (id, modality) in [("train2", Modality::Audio), ("valid0", Modality::Language), ("test1", Modality::Vision)]
        {
            match run(&with(usual(), id, modality, 1e30), &settings) {
                Ok(_) => assert!(settings.settings.network.pre_norm),
                Err(error) => {
                    assert!(!settings.settings.network.pre_norm, "{error}");
                    let named =
                        format!("it comes from `{id}` (its largest feature is 1e30, in {modality}); correct or");
                    assert!(error.to_string().contains(&named), "{error}");
                }
            }
        }
        match run(&filled(usual(), -1e30), &settings) {
            Ok(_) => assert!(settings.settings.network.pre_norm),
            Err(error) => assert!(error.to_string().contains("every sample gives it by itself, `"), "{error}"),
        }
    }
}

#[test]
fn zeros_everywhere() {
    comes_through(&filled(usual(), 0.0), "");
}

#[test]
fn a_single_sample_and_batches_of_one() {
    comes_through(&dataset(&[2], &[1], &[3]), "");
    // The student's would have nothing to compare, and is refused.
    comes_through(&usual(), "teacher.batch = 1");
    // The last batch of an epoch would have one sample.
    comes_through(&usual(), "teacher.batch = 3\nstudent.batch = 3");
}

#[test]
fn one_category() {
    for label in [-3.0, 0.0, 1.0] {
        comes_through(&changed(usual(), |sample| sample.label = label), "");
    }
}

#[test]
fn one_frame() {
    comes_through(&dataset(&[1, 1, 1], &[1], &[1, 1]), "");
}

#[test]
fn five_hundred_frames() {
    let data = dataset(&[500, 37], &[500], &[1, 500]);
    for settings in all_settings("teacher.batch = 1").into_iter().map(|mut settings| {
        let network =
            |table: &mut toml::Table| table["network"].as_table_mut().unwrap().insert("layers".into(), 1.into());
        settings.row.stages.iter_mut().for_each(|stage| drop(network(&mut stage.settings)));
        settings
    }) {
        run(&data, &settings).unwrap_or_else(|e| panic!("{settings:?}: {e}"));
    }
}

/// What no f32 can take is an error that names the sample, its feature and the term, or the condition.
#[test]
fn what_cannot_be_computed_names_its_sample() {
    for settings in all_settings("") {
        for value in [f32::MAX, f32::INFINITY, f32::NAN] {
            let error = run(&with(usual(), "train4", Modality::Vision, value), &settings).unwrap_err();
            let text = error.to_string();
            let TrainError::NotFinite {
                term: "task",
                epoch: 1,
                step: 1,
                samples: 7,
                blame: Blame::Samples(culprits),
                ..
            } = &error
            else {
                panic!("{error:?}")
            };
            let [culprit] = culprits.as_slice() else { panic!("{culprits:?}") };
            assert_eq!((culprit.id.as_str(), culprit.modality), ("train4", Modality::Vision));
            assert!(
                text.starts_with("epoch 1, step 1: task is ") && text.contains("`train4` (its largest feature is ")
            );
            assert_eq!(error.exit(), Exit::Data);

            for id in ["valid1", "test2"] {
                let error = run(&with(usual(), id, Modality::Language, value), &settings).unwrap_err();
                let text = error.to_string();
                assert!(text.starts_with("the logits under the condition `l"), "{text}");
                assert!(text.contains(&format!("it comes from `{id}` (its largest feature is ")), "{text}");
            }
        }
    }
}
