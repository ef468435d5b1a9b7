//! What must and what must not matter: dropout, what a translation is to tell, and what frames hold behind an end.

use super::super::TransM;
use super::{WIDTHS, WITHOUT_DROPOUT, complete, context, job, numbers, scores};
use candle_core::DType;
use corrkd_config::{Job, Kernels, Modality, PerModality, Task};
use corrkd_data::{Batch, Sample, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Method, Pass, TrainingBatch};

const SIZE: &str = "network = { width = 4, heads = 2, encoder_layers = 1, decoder_layers = 1, feed_forward = 6 }\n";

/// Four samples; of each modality they have another number of frames.
fn split() -> Split {
    let sample = |i: usize| {
        let length = PerModality { language: 3 + i % 2, audio: 5 - i, vision: 1 + i };
        let value = |m: Modality, at: usize| ((i + 1) as f32 * 0.7 + at as f32 * 1.3 + m as usize as f32).sin();
        Sample {
            id: format!("v[{i}]"),
            label: i as f32 - 1.5,
            present: length.map(|_, &length| vec![true; length]),
            features: WIDTHS.map(|m, &width| (0..length.get(m) * width).map(|at| value(m, at)).collect()),
        }
    };
    Split { samples: (0..4).map(sample).collect() }
}

/// The losses by name on a batch of the samples, which is changed first.
fn losses(job: &Job, change: impl FnOnce(&mut Batch)) -> Vec<(&'static str, f64)> {
    let split = split();
    let context = context(scores(Task::Regression, 0.0), split.clone(), DType::F64, Kernels::Composed);
    let learner = TransM.open(job, 1, &context, &[]).unwrap();
    let indices = &[0, 1, 2, 3];
    let mut batch = context.batch(&split, indices);
    change(&mut batch);
    let key = DropoutKey::new(1, 0);
    Pass::of(&*learner, &TrainingBatch { batch: &batch, split: &split, indices, epoch: 1, key }).unwrap().losses
}

fn plain() -> String {
    format!("{WITHOUT_DROPOUT}{SIZE}")
}

#[test]
fn every_dropout_falls_somewhere() {
    let of = |lines: &str| losses(&complete(Task::Regression, lines), |_| {});
    let without = of(&plain());
    assert_eq!(of(&plain()), without);
    for name in ["projected", "residual"] {
        assert_ne!(of(&plain().replace(&format!("{name} = 0.0"), &format!("{name} = 0.5"))), without, "{name}");
    }
}

/// What a sample lost in training is to be told all the same; what it lacks by nature is not.
#[test]
fn what_was_taken_away_is_to_be_told_and_what_was_never_there_is_not() {
    let all_lost = |lines: &str| {
        let mut job = job(Task::Regression, lines);
        let law = job.missing.as_mut().unwrap();
        (law.inter, law.intra.vision) = (false, [1.0, 1.0]);
        (law.intra.language, law.intra.audio) = ([0.0, 0.0], [0.0, 0.0]);
        job
    };
    let of = |losses: &[(&'static str, f64)], name: &str| losses.iter().find(|(of, _)| *of == name).unwrap().1;
    let lost = losses(&all_lost(&plain()), |_| {});
    // Other values of what is lost change what is to be told, and nothing else.
    let other = losses(&all_lost(&plain()), |batch| batch.features.vision.iter_mut().for_each(|x| *x *= 2.0));
    for &(name, value) in &lost {
        let same = !["language_to_vision", "total"].contains(&name);
        assert_eq!(of(&other, name) == value, same, "{name}");
    }
    let lacking = losses(&all_lost(&plain()), |batch| batch.present.vision.fill(false));
    assert_eq!(of(&lacking, "language_to_vision"), 0.0);
    assert_eq!(of(&lacking, "vision_to_language"), of(&lost, "vision_to_language"));
}

/// More room behind all sequences' ends changes no loss, whatever it holds.
#[test]
fn padding_changes_no_loss() {
    let job = complete(Task::Regression, &plain());
    let tight = losses(&job, |_| {});
    let loose = losses(&job, |batch| {
        for (m, &width) in WIDTHS.iter() {
            let (old, new) = (*batch.time.get(m), *batch.time.get(m) + 2);
            let mut features = vec![9.0; 4 * new * width];
            let mut present = vec![false; 4 * new];
            for i in 0..4 {
                features[i * new * width..][..old * width]
                    .copy_from_slice(&batch.features.get(m)[i * old * width..][..old * width]);
                present[i * new..][..old].copy_from_slice(&batch.present.get(m)[i * old..][..old]);
            }
            *batch.features.get_mut(m) = features;
            *batch.present.get_mut(m) = present;
            *batch.time.get_mut(m) = new;
        }
    });
    for ((name, a), (_, b)) in tight.iter().zip(&loose) {
        assert!((a - b).abs() < 1e-12, "{name}: {a} and {b}");
    }
}

/// With everything else missing, each modality has its say in an answer.
#[test]
fn each_modality_answers_by_itself() {
    let split = split();
    let context = context(scores(Task::Regression, 0.0), split.clone(), DType::F64, Kernels::Composed);
    let learner = TransM.open(&job(Task::Regression, &plain()), 1, &context, &[]).unwrap();
    let answer = |batch: &Batch| numbers(&learner.answer(batch).unwrap().representation.unwrap());
    let nothing = |batch: &mut Batch, but: Option<Modality>| {
        for m in Modality::ALL.into_iter().filter(|&m| Some(m) != but) {
            batch.features.get_mut(m).fill(0.0);
        }
    };
    let mut empty = context.batch(&split, &[0, 1, 2, 3]);
    nothing(&mut empty, None);
    for m in Modality::ALL {
        let mut single = context.batch(&split, &[0, 1, 2, 3]);
        nothing(&mut single, Some(m));
        assert_ne!(answer(&single), answer(&empty), "{m}");
    }
}
