//! Proof that it learns: on generated samples whose score is in every modality, under noise, each set of modalities is
//! answered as well as by a logistic regression on the means of what its model reads, which is the right model of these
//! data.

use super::super::Mctn;
use super::{WIDTHS, context, jobs, scores};
use crate::learnable::{SEED, f1, trained};
use candle_core::DType;
use corrkd_config::{Condition, Kernels, Modality, PerModality, Presence, Task};
use corrkd_data::{Sample, Split};
use corrkd_random::Stream;
use corrkd_record::Answer;
use corrkd_train::{Method, Needed, predict};

const EPOCHS: usize = 20;
const SETTINGS: &str = "network.width = 8\ntraining = { learning_rate = 1e-2, epochs = 20 }";

/// Samples of 3 to 8 frames of noise, to whose first feature the score is added, by another share in each modality.
fn samples(name: &str, count: usize) -> Split {
    let sample = |i: usize| {
        let stream = Stream::new(SEED, name).at(i as u64);
        let (score, length) = (1.5 * stream.normal(0), 3 + stream.below(9, 6));
        let share = PerModality { language: 0.6, audio: 0.45, vision: 0.5 };
        let features = PerModality::from_fn(|m: Modality| {
            let (noise, width) = (stream.at(m as u64), *WIDTHS.get(m));
            let value = |at: usize| {
                let of_score = if at.is_multiple_of(width) { share.get(m) * score } else { 0.0 };
                (noise.normal(at as u64) + of_score) as f32
            };
            (0..length * width).map(value).collect()
        });
        let present = PerModality::from_fn(|_| vec![true; length]);
        Sample { id: format!("v[{i}]"), label: score as f32, present, features }
    };
    Split { samples: (0..count).map(sample).collect() }
}

/// Each sample's features, averaged over its frames, of the modalities in a set; and a one.
fn means(split: &Split, set: Presence) -> Vec<Vec<f64>> {
    let of = |sample: &Sample| {
        let mut means = vec![1.0];
        for (m, &width) in WIDTHS.iter().filter(|&(m, _)| set.has(m)) {
            let frames: Vec<&[f32]> = sample.features.get(m).chunks(width).collect();
            let mean = |column: usize| frames.iter().map(|frame| f64::from(frame[column])).sum::<f64>();
            means.extend((0..width).map(|column| mean(column) / frames.len() as f64));
        }
        means
    };
    split.samples.iter().map(of).collect()
}

/// What a logistic regression on the means says, by gradient descent.
fn regressed(train: &Split, test: &Split, set: Presence) -> Vec<bool> {
    let of = means(train, set);
    let mut weights = vec![0.0; of[0].len()];
    let says = |weights: &[f64], x: &[f64]| weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
    for _ in 0..400 {
        let mut gradient = vec![0.0; weights.len()];
        for (x, sample) in of.iter().zip(&train.samples) {
            let error = 1.0 / (1.0 + (-says(&weights, x)).exp()) - f64::from(u8::from(sample.label > 0.0));
            gradient.iter_mut().zip(x).for_each(|(sum, x)| *sum += error * x / of.len() as f64);
        }
        weights.iter_mut().zip(gradient).for_each(|(w, g)| *w -= 2.0 * g);
    }
    means(test, set).iter().map(|x| says(&weights, x) > 0.0).collect()
}

#[test]
fn each_set_is_answered_as_well_as_by_the_right_model() {
    let (train, test) = (samples("train", 640), samples("test", 2000));
    let space = scores(Task::Regression, 0.0);
    let context = context(space, Presence::COMPLETE, train.clone(), DType::F32, Kernels::Fused);
    let jobs = jobs(Task::Regression, SETTINGS);
    let (last, parts) = jobs.split_last().unwrap();
    let part = |job: &corrkd_config::Job| {
        let learner = trained(Mctn.open(job, SEED, &context, &[]).unwrap(), &context, EPOCHS, None);
        Needed { job: job.clone(), weights: learner.params().values().unwrap() }
    };
    let needs: Vec<Needed> = parts.iter().map(part).collect();
    let learner = trained(Mctn.open(last, SEED, &context, &needs).unwrap(), &context, EPOCHS, None);
    for set in Presence::ALL {
        let answers = predict(learner.as_ref(), &test, Condition::only(set), SEED, &context).unwrap().answers;
        let positive: Vec<bool> = answers.iter().map(|answer| matches!(answer, Answer::Score(s) if *s > 0.0)).collect();
        // The complete set's model reads language alone: that is how the paper has it.
        let reads = if set.is_complete() { Presence::ALL[0] } else { set };
        let (ours, theirs) = (f1(&test, &positive), f1(&test, &regressed(&train, &test, reads)));
        println!("{set}: {ours:.4}, logistic regression {theirs:.4}");
        assert!(theirs > 0.7 && ours > theirs - 0.02, "{set}: {ours}, logistic regression {theirs}");
    }
}
