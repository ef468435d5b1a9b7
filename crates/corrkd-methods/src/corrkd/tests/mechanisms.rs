//! Every mechanism of missingness reaches what a network is tested on, and what a student learns from.

use super::adversarial::{run, usual};
use super::{SEED, context, generated, pass, settings, student_of, teacher_of};
use candle_core::DType;
use corrkd_config::{Condition, Evaluation, Mechanism};
use corrkd_data::Dataset;
use corrkd_nn::DropoutKey;
use corrkd_record::Answer;
use corrkd_train::predict;

/// The generated data as if frames of language were words, and off the zero mean that standardising gave them: at that, the
/// mean in a missing frame's place is the zero vector.
fn shifted() -> Dataset {
    let mut data = Dataset { words: true, ..generated() };
    for sample in [&mut data.train, &mut data.valid, &mut data.test].into_iter().flat_map(|split| &mut split.samples) {
        sample.features = sample.features.map(|_, values| values.iter().map(|x| x + 0.5).collect());
    }
    data
}

/// Three in four samples get another answer than under any other condition. Not all do: where a label is in the middle of
/// its range, what is missing by label is what is missing by chance.
#[test]
fn each_condition_shows_something_else() {
    let data = shifted();
    let settings = settings("binary", "");
    let context = context(&data, &settings, DType::F32);
    let teacher = teacher_of(&settings, SEED, &context);
    let frames = Condition::dropped(0.5);
    let mut seen: Vec<(Condition, Vec<Answer>)> = Vec::new();
    for condition in [Condition::COMPLETE, frames].into_iter().chain(Evaluation::default().conditions) {
        let answers = predict(&teacher, &data.test, condition, SEED, &context).unwrap().answers;
        for (other, theirs) in &seen {
            let differing = answers.iter().zip(theirs).filter(|(a, b)| a != b).count();
            assert!(differing * 4 > answers.len() * 3, "{condition} and {other}: {differing} of {}", answers.len());
        }
        seen.push((condition, answers));
    }
}

#[test]
fn runs_are_tested_under_each() {
    let results =
        run(&Dataset { words: true, ..usual() }, &settings("binary", "teacher.epochs = 1\nstudent.epochs = 1"))
            .unwrap();
    for result in results {
        for condition in Evaluation::default().conditions {
            let scored = result.test.iter().filter(|scored| scored.condition == condition).count();
            assert_eq!(scored, 1, "{condition}");
        }
    }
}

/// With the same draws of sets and ratios, each mechanism gives a student other samples.
#[test]
fn a_student_learns_from_each() {
    let data = shifted();
    let mut losses: Vec<(Mechanism, f64)> = Vec::new();
    for mechanism in Mechanism::ALL {
        let settings = settings("binary", &format!("missing.mechanism = \"{mechanism}\""));
        let context = context(&data, &settings, DType::F32);
        let teacher = teacher_of(&settings, SEED, &context);
        let (student, _) = student_of(&teacher, &settings, SEED, &context);
        let pass = pass(&student, &context, &(0..32).collect::<Vec<_>>(), DropoutKey::NONE);
        assert!(pass.is_finite().unwrap(), "{mechanism}");
        let (_, total) = pass.losses.into_iter().find(|(name, _)| *name == "total").unwrap();
        assert!(losses.iter().all(|&(_, other)| other != total), "{mechanism}: {total}, {losses:?}");
        losses.push((mechanism, total));
    }
}
