//! Proof on real batches that everything trainable learns, and that the frozen teacher does not.

use crate::learner::{Learner, View};
use crate::student::Student;
use crate::teacher::{self, Teacher};
use candle_core::{DType, Device};
use corrkd_config::{DatasetRef, Settings};
use corrkd_data::Dataset;
use corrkd_nn::{Adam, Gradients, Noise, Params};
use std::io::Write as _;
use std::path::Path;

const SEED: u64 = 1;
/// The choices that are open in the paper, made the other way.
const OTHERWISE: &str = "network.pre_norm = false\nnetwork.attend_missing = false\nlosses.scd.push = \"sum\"\nlosses.cpd.count_absent = true";

fn settings(task: &str, rest: &str) -> Settings {
    let text = format!(
        "task = \"{task}\"\nnetwork.width = 8\nnetwork.heads = 2\nnetwork.layers = 2\nnetwork.feed_forward = 8\n{rest}"
    );
    let head = "title = \"\"\ndataset = \"\"\nseeds = [1]\nreference = \"r\"\n";
    let file = format!("{head}{text}\n[[variant]]\nname = \"r\"");
    corrkd_config::Experiment::parse(&file).unwrap().rows.remove(0).settings
}

fn view(data: &Dataset, settings: &Settings) -> View {
    View {
        task: settings.task,
        widths: data.widths,
        attend_missing: settings.network.attend_missing,
        device: Device::Cpu,
    }
}

/// One step on the first training batch: every tensor gets a finite gradient that is not all zero.
fn learns(learner: &dyn Learner, data: &Dataset, view: &View) {
    let batch = view.batch(&data.train, &(0..32).collect::<Vec<_>>());
    let terms = learner.terms(&batch, 1, Noise::step(SEED, 0)).unwrap();
    let total = terms.iter().fold(None, |sum, term| match sum {
        None => Some(term.value.clone()),
        Some(sum) => Some((sum + &term.value).unwrap()),
    });
    let mut store = total.unwrap().backward().unwrap();
    let gradients = Gradients::of(learner.params(), &mut store);
    for (name, var) in learner.params().iter() {
        let gradient = gradients.get(name).unwrap_or_else(|| panic!("{name} has no gradient"));
        let values = gradient.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!(values.iter().all(|g| g.is_finite()), "{name} has a gradient that is not finite");
        assert!(values.iter().any(|&g| g != 0.0), "{name} of shape {:?} has a zero gradient", var.dims());
    }
    let before = learner.params().values().unwrap();
    let mut adam = Adam::new(learner.params(), 1e-3, 0.8).unwrap();
    adam.step(learner.params(), &gradients).unwrap();
    for (name, var) in learner.params().iter() {
        let moved = (var.as_tensor() - &before[name]).unwrap().abs().unwrap().sum_all().unwrap();
        assert!(moved.to_scalar::<f32>().unwrap() > 0.0, "{name} did not move");
    }
}

/// Teacher, student and statistics networks on one data set.
fn all_learn(data: &Dataset) {
    for (task, rest) in [("binary", ""), ("seven", ""), ("binary", "losses.rcd.form = \"kl\""), ("binary", OTHERWISE)] {
        let settings = settings(task, rest);
        let view = view(data, &settings);
        let teacher = Teacher::new(&settings.for_teacher(), SEED, view.clone()).unwrap();
        learns(&teacher, data, &view);
        let weights = teacher.params().values().unwrap();
        let mut store = Params::frozen(&weights, DType::F32, &Device::Cpu).unwrap();
        let frozen = teacher::build(&mut store, &settings.for_teacher(), &view).unwrap();
        let student = Student::new(&settings, SEED, frozen, view.clone()).unwrap();
        let statistics = student.params().iter().filter(|(name, _)| name.starts_with("statistics.")).count();
        assert_eq!(statistics, if rest.contains("kl") { 0 } else { 16 });
        learns(&student, data, &view);
        let batch = view.batch(&data.train, &[0, 1, 2]);
        for term in student.terms(&batch, 1, Noise::OFF).unwrap() {
            let gradients = term.value.backward().unwrap();
            for (name, var) in store.iter() {
                assert!(gradients.get(var.as_tensor()).is_none(), "{}: the frozen {name} got a gradient", term.name);
            }
        }
        for (name, var) in store.iter() {
            let moved = (var.as_tensor() - &weights[name]).unwrap().abs().unwrap().sum_all().unwrap();
            assert_eq!(moved.to_scalar::<f32>().unwrap(), 0.0, "the frozen {name} moved");
        }
    }
}

#[test]
fn everything_learns_on_the_synthetic_data() {
    let cache = tempfile::tempdir().unwrap();
    let data = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()) };
    all_learn(&corrkd_data::load(&data, None, cache.path()).unwrap());
}

#[test]
fn everything_learns_on_the_real_utterances() {
    let source = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real/mosi-utterance"));
    if !source.exists() {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr()
            .write_all(format!("skipped: the genuine MOSI utterances are not at {}\n", source.display()).as_bytes());
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    let data = DatasetRef { name: "mosi-utterance".to_owned(), size: None };
    all_learn(&corrkd_data::load(&data, Some(source), cache.path()).unwrap());
}

/// What a missing modality's frames held never changes an output, a loss or a prediction.
#[test]
fn values_under_a_missing_modality_never_matter() {
    let cache = tempfile::tempdir().unwrap();
    let data = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()) };
    let data = corrkd_data::load(&data, None, cache.path()).unwrap();
    let settings = settings("binary", "");
    let view = view(&data, &settings);
    let teacher = Teacher::new(&settings.for_teacher(), SEED, view.clone()).unwrap();
    let mut other = data.test.clone();
    for sample in &mut other.samples {
        sample.features.audio.fill(f32::NAN);
        sample.features.vision.fill(1e30);
    }
    let only_language = corrkd_config::Condition::only(corrkd_config::Presence::ALL[0]);
    let see = |split| crate::predict::logits(teacher.network(), split, only_language, SEED, &view).unwrap();
    assert_eq!(see(&data.test), see(&other));
}
