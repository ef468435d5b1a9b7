//! Proof on real batches that everything trainable learns, and that the frozen teacher does not.

use super::{OTHERWISE, SEED, generated, settings, student_of, view};
use crate::learner::{Learner, View};
use crate::lesson::Lesson;
use crate::teacher::Teacher;
use candle_core::{DType, Tensor};
use corrkd_config::DatasetRef;
use corrkd_data::Dataset;
use corrkd_nn::{Adam, Kernels, Noise};
use std::io::Write as _;
use std::path::Path;

/// One step on the first training batch: every parameter gets a finite gradient that is not all zero, and moves.
fn learns(learner: &dyn Learner, data: &Dataset, view: &View) {
    let batch = view.batch(&data.train, &(0..32).collect::<Vec<_>>());
    let gradients = Lesson::of(learner, &batch, 1, Noise::step(SEED, 0)).unwrap().gradients;
    let by_parameter = gradients.by_parameter(learner.params()).unwrap();
    let before = learner.params().values().unwrap();
    let mut adam = Adam::new(learner.params(), 1e-3, 0.8).unwrap();
    adam.step(learner.params(), &gradients).unwrap();
    let after = learner.params().values().unwrap();
    for (name, value) in &before {
        let gradient = by_parameter.get(name).unwrap_or_else(|| panic!("{name} has no gradient"));
        let values = gradient.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!(values.iter().all(|g| g.is_finite()), "{name} has a gradient that is not finite");
        assert!(values.iter().any(|&g| g != 0.0), "{name} of shape {:?} has a zero gradient", value.dims());
        assert!(distance(&after[name], value) > 0.0, "{name} did not move");
    }
}

fn distance(a: &Tensor, b: &Tensor) -> f32 {
    (a - b).unwrap().abs().unwrap().sum_all().unwrap().to_scalar().unwrap()
}

/// Teacher, student and statistics networks on one data set.
fn all_learn(data: &Dataset) {
    let [kl, dkd] = ["losses.rcd.form = \"kl\"", "losses.rcd.form = \"dkd\""];
    let cases = [("binary", ""), ("seven", ""), ("binary", kl), ("binary", OTHERWISE), ("seven", dkd)];
    let forms = [Kernels::Composed, Kernels::Fused];
    for ((task, rest), kernels) in cases.into_iter().flat_map(|case| forms.map(|form| (case, form))) {
        let settings = settings(task, rest);
        let view = View { kernels, ..view(data, &settings, DType::F32) };
        let teacher = Teacher::new(&settings.for_teacher(), SEED, view.clone()).unwrap();
        learns(&teacher, data, &view);
        let weights = teacher.params().values().unwrap();
        let (student, store) = student_of(&teacher, &settings, SEED, &view);
        let names = student.params().values().unwrap().into_keys();
        let statistics = names.filter(|name| name.starts_with("statistics.")).count();
        assert_eq!(statistics, if rest.contains("form") { 0 } else { 12 });
        learns(&student, data, &view);
        let batch = view.batch(&data.train, &[0, 1, 2]);
        for term in student.terms(&batch, 1, Noise::OFF).unwrap() {
            let gradients = term.value.backward().unwrap();
            for (name, var) in store.iter() {
                assert!(gradients.get(var.as_tensor()).is_none(), "{}: the frozen {name} got a gradient", term.name);
            }
        }
        for (name, value) in store.values().unwrap() {
            assert_eq!(distance(&value, &weights[&name]), 0.0, "the frozen {name} moved");
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
    all_learn(&corrkd_data::load(&data, Some(source), cache.path(), &corrkd_data::unseen).unwrap());
}
