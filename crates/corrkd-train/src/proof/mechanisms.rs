//! Every mechanism of missingness reaches what a network is tested on, and what a student learns from.

use super::adversarial::{run, usual};
use super::{SEED, generated, settings, student_of, view};
use crate::learner::Learner;
use crate::lesson::Lesson;
use crate::predict::answers;
use crate::teacher::Teacher;
use candle_core::DType;
use corrkd_config::{Condition, Evaluation, Mechanism};
use corrkd_nn::Noise;

/// Three in four samples get another answer than under any other condition. Not all do: where a label is in the middle of
/// its range, what is missing by label is what is missing by chance.
#[test]
fn each_condition_shows_something_else() {
    let data = generated();
    let settings = settings("binary", "");
    let view = view(&data, &settings, DType::F32);
    let teacher = Teacher::new(&settings.for_teacher(), SEED, view.clone()).unwrap();
    let frames = Condition::dropped(0.5);
    let mut seen: Vec<(Condition, Vec<Vec<f32>>)> = Vec::new();
    for condition in [Condition::COMPLETE, frames].into_iter().chain(Evaluation::default().conditions) {
        let logits = answers(teacher.network(), &data.test, condition, SEED, &view).unwrap().logits;
        for (other, theirs) in &seen {
            let differing = logits.iter().zip(theirs).filter(|(a, b)| a != b).count();
            assert!(differing * 4 > logits.len() * 3, "{condition} and {other}: {differing} of {}", logits.len());
        }
        seen.push((condition, logits));
    }
}

#[test]
fn runs_are_tested_under_each() {
    let results = run(&usual(), &settings("binary", "teacher.epochs = 1\nstudent.epochs = 1")).unwrap();
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
    let data = generated();
    let mut losses: Vec<(Mechanism, f64)> = Vec::new();
    for mechanism in Mechanism::ALL {
        let settings = settings("binary", &format!("missing.mechanism = \"{mechanism}\""));
        let view = view(&data, &settings, DType::F32);
        let teacher = Teacher::new(&settings.for_teacher(), SEED, view.clone()).unwrap();
        let (student, _) = student_of(&teacher, &settings, SEED, &view);
        let batch = view.batch(&data.train, &(0..32).collect::<Vec<_>>());
        let lesson = Lesson::of(&student, &batch, 1, Noise::OFF).unwrap();
        assert_eq!(lesson.fault(), None, "{mechanism}");
        let (_, total) = lesson.losses.into_iter().find(|(name, _)| *name == "total").unwrap();
        assert!(losses.iter().all(|&(_, other)| other != total), "{mechanism}: {total}, {losses:?}");
        losses.push((mechanism, total));
    }
}
