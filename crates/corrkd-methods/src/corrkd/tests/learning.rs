//! Proof on real batches that everything trainable learns, and that the frozen teacher does not.

use super::{OTHERWISE, SEED, context, generated, pass, settings, student_of, teacher_of};
use candle_core::{DType, Tensor};
use corrkd_config::{DatasetRef, Kernels};
use corrkd_data::Dataset;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Context, Learner, TrainingBatch};
use std::io::Write as _;
use std::path::Path;

/// One step on the first training batch: every parameter gets a finite gradient that is not all zero, and moves.
fn learns(learner: &dyn Learner, context: &Context) {
    let gradients = pass(learner, context, &(0..32).collect::<Vec<_>>(), DropoutKey::new(SEED, 0)).gradients;
    let by_parameter = gradients.by_parameter(learner.params()).unwrap();
    let before = learner.params().values().unwrap();
    let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
    optimizer.descend(learner.params(), gradients).unwrap();
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
    let weights = "losses.task.weights = \"balanced\"";
    let cases = [
        ("binary", "", 12),
        ("seven", weights, 12),
        ("binary", kl, 0),
        ("binary", OTHERWISE, 12),
        ("seven", dkd, 0),
        ("regression", "", 6),
        ("regression", kl, 0),
    ];
    let forms = [Kernels::Composed, Kernels::Fused];
    for ((task, rest, of_statistics), kernels) in cases.into_iter().flat_map(|case| forms.map(|form| (case, form))) {
        let settings = settings(task, rest);
        let context = Context { kernels, ..context(data, &settings, DType::F32) };
        let teacher = teacher_of(&settings, SEED, &context);
        learns(&teacher, &context);
        let weights = teacher.params().values().unwrap();
        let (student, frozen) = student_of(&teacher, &settings, SEED, &context);
        let names = student.params().values().unwrap().into_keys();
        let statistics = names.filter(|name| name.starts_with("statistics.")).count();
        assert_eq!(statistics, of_statistics);
        learns(&student, &context);
        let (split, indices, key) = (&context.train, &[0, 1, 2], DropoutKey::NONE);
        let batch = TrainingBatch { batch: &context.batch(split, indices), split, indices, epoch: 1, key };
        for term in student.terms(&batch).unwrap() {
            let gradients = term.value.backward().unwrap();
            for (name, var) in frozen.params().iter() {
                assert!(gradients.get(var.as_tensor()).is_none(), "{}: the frozen {name} got a gradient", term.name);
            }
        }
        for (name, value) in frozen.params().values().unwrap() {
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
    let data = DatasetRef { name: "mosi-utterance".to_owned(), size: None, fold: None };
    let data = corrkd_data::load(&data, Some(source), cache.path(), corrkd_data::Trust::Read, &corrkd_data::unseen);
    all_learn(&data.unwrap());
}
