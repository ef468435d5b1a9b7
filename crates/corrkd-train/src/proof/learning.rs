//! Proof on real batches that everything trainable learns, and that the frozen teacher does not.

use super::{OTHERWISE, SEED, generated, settings, student_of, view};
use crate::learner::{Learner, View};
use crate::lesson::Lesson;
use crate::teacher::Teacher;
use candle_core::DType;
use corrkd_config::DatasetRef;
use corrkd_data::Dataset;
use corrkd_nn::{Adam, Noise};
use std::io::Write as _;
use std::path::Path;

/// One step on the first training batch: every tensor gets a finite gradient that is not all zero.
fn learns(learner: &dyn Learner, data: &Dataset, view: &View) {
    let batch = view.batch(&data.train, &(0..32).collect::<Vec<_>>());
    let gradients = Lesson::of(learner, &batch, 1, Noise::step(SEED, 0)).unwrap().gradients;
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
        let view = view(data, &settings, DType::F32);
        let teacher = Teacher::new(&settings.for_teacher(), SEED, view.clone()).unwrap();
        learns(&teacher, data, &view);
        let weights = teacher.params().values().unwrap();
        let (student, store) = student_of(&teacher, &settings, SEED, &view);
        let statistics = student.params().iter().filter(|(name, _)| name.starts_with("statistics.")).count();
        assert_eq!(statistics, if rest.contains("kl") { 0 } else { 12 });
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
    all_learn(&generated());
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
