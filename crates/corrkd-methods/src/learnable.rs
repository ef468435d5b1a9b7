//! Data of which it is known what can be learned from them, and the plainest loop that learns it: frames show a score under
//! noise, for which logistic regression on the means of the frames is the best there is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::proof::WIDTHS;
use corrkd_config::{Modality, PerModality, Presence};
use corrkd_data::{Sample, Split, epoch_order};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_random::Stream;
use corrkd_train::{Context, Learner, TrainingBatch, validate};
use std::ops::Range;

pub(crate) const SEED: u64 = 5;
/// The longest sample's frames.
pub(crate) const TIME: usize = 6;

/// Frames that show a score along one direction for each modality.
pub(crate) fn shown(stream: Stream, score: f64, length: usize) -> PerModality<Vec<f32>> {
    PerModality::from_fn(|m: Modality| {
        let (width, noise) = (*WIDTHS.get(m), stream.named(m.name()));
        let value = |i: usize| {
            let direction = if (i % width).is_multiple_of(2) { 0.5 } else { -0.5 };
            (direction * score + 1.5 * noise.normal(i as u64)) as f32
        };
        (0..length * width).map(value).collect()
    })
}

/// A complete sample of these frames.
pub(crate) fn sample(id: String, label: f64, frames: &PerModality<Vec<f32>>) -> Sample {
    let present = frames.map(|m, values| vec![true; values.len() / WIDTHS.get(m)]);
    Sample { id, label: label as f32, present, features: frames.map(|_, values| values.clone().into()) }
}

/// A score between -3 and 3.
pub(crate) fn score(stream: Stream) -> f64 {
    6.0 * stream.uniform(0) - 3.0
}

/// Samples of two frames or more that show their scores.
pub(crate) fn split(numbers: Range<u64>) -> Split {
    let of = |number: u64| {
        let stream = Stream::new(SEED, "sample").at(number);
        let frames = shown(stream, score(stream), 2 + stream.below(1, TIME - 1));
        sample(format!("v{number}[0]"), score(stream), &frames)
    };
    Split { samples: numbers.map(of).collect() }
}

/// What learns, after so many epochs; with a validation split after that with the least loss.
pub(crate) fn trained(
    mut learner: Box<dyn Learner>,
    context: &Context,
    epochs: usize,
    valid: Option<&Split>,
) -> Box<dyn Learner> {
    let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
    let split = &context.train;
    let (groups, mut batches, mut best) = (learner.together(split), 0, None);
    for epoch in 1..=epochs {
        for chunk in epoch_order(groups.len(), SEED, epoch).chunks(learner.training().batch) {
            let indices: Vec<usize> = chunk.iter().flat_map(|&group| groups[group].clone()).collect();
            let (batch, key) = (&context.batch(split, &indices), DropoutKey::new(SEED, batches));
            learner.step(&TrainingBatch { batch, split, indices: &indices, epoch, key }, &mut optimizer).unwrap();
            batches += 1;
        }
        let Some(valid) = valid else { continue };
        let loss = validate(&*learner, valid, SEED, context).unwrap().loss;
        optimizer.schedule(epoch, loss);
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            best = Some((loss, learner.params().values().unwrap()));
        }
    }
    if let Some((_, weights)) = best {
        learner.params().load(&weights).unwrap();
    }
    learner
}

/// Weighted F1 of the scores' signs.
pub(crate) fn f1(split: &Split, positive: &[bool]) -> f64 {
    let both = || split.samples.iter().map(|sample| sample.label > 0.0).zip(positive.iter().copied());
    let of = |side: bool| {
        let count = |t: bool, p: bool| both().filter(|&pair| pair == (t, p)).count() as f64;
        let [hit, missed, wrong] = [count(side, side), count(side, !side), count(!side, side)];
        (hit + missed) * 2.0 * hit / (2.0 * hit + missed + wrong).max(1.0)
    };
    (of(true) + of(false)) / positive.len() as f64
}

/// Weighted F1 of logistic regression on the means of the modalities in a set, by gradient descent.
pub(crate) fn regressed(train: &Split, test: &Split, set: Presence) -> f64 {
    let x: Vec<Vec<f64>> = train.samples.iter().map(|sample| means(sample, set)).collect();
    let dot = |weights: &[f64], x: &[f64]| weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
    let mut weights = vec![0.0; x[0].len()];
    for _ in 0..500 {
        let mut slope = vec![0.0; weights.len()];
        for (x, sample) in x.iter().zip(&train.samples) {
            let error = 1.0 / (1.0 + (-dot(&weights, x)).exp()) - f64::from(u8::from(sample.label > 0.0));
            slope.iter_mut().zip(x).for_each(|(slope, x)| *slope += error * x / train.samples.len() as f64);
        }
        weights.iter_mut().zip(&slope).for_each(|(weight, slope)| *weight -= 0.2 * slope);
    }
    f1(test, &test.samples.iter().map(|sample| dot(&weights, &means(sample, set)) > 0.0).collect::<Vec<_>>())
}

/// The means of a sample's frames, of the modalities in a set one behind the other, and a one.
fn means(sample: &Sample, set: Presence) -> Vec<f64> {
    let mut all = vec![1.0];
    for (m, &width) in WIDTHS.iter().filter(|&(m, _)| set.has(m)) {
        let values = sample.features.get(m);
        let frames = values.len() / width;
        let mean = |column: usize| (0..frames).map(|t| f64::from(values[t * width + column])).sum::<f64>();
        all.extend((0..width).map(|column| mean(column) / frames as f64));
    }
    all
}
