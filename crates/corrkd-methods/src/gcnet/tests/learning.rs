//! That it learns what can be learned, trained on samples that lose something. On frames that show a score under noise
//! it answers complete samples within two points of weighted F1 of logistic regression on the means of their frames,
//! which is the best there is for such data. On videos in which an utterance's score is shown by the one before, it
//! answers as well where utterances are nodes, and where frames are not at all.

use super::super::GcNet;
use super::{WIDTHS, context, job, scores};
use candle_core::DType;
use corrkd_config::{Condition, Kernels, Modality, PerModality, Task};
use corrkd_data::{Sample, Split, epoch_order};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_random::Stream;
use corrkd_record::Answer;
use corrkd_train::{Method, TrainingBatch, predict};

const SEED: u64 = 5;
/// Small, with the published dropout and losses. Fewer samples take larger steps.
const SETTINGS: &str = "network.width = 8\ntraining.learning_rate = 1e-2\n";

/// Frames that show a score along one direction for each modality, under noise.
fn shown(stream: Stream, score: f64, length: usize) -> PerModality<Vec<f32>> {
    PerModality::from_fn(|m: Modality| {
        let (width, noise) = (*WIDTHS.get(m), stream.named(m.name()));
        let value = |i: usize| {
            let direction = if (i % width).is_multiple_of(2) { 0.5 } else { -0.5 };
            (direction * score + 1.5 * noise.normal(i as u64)) as f32
        };
        (0..length * width).map(value).collect()
    })
}

fn sample(id: String, label: f64, features: PerModality<Vec<f32>>) -> Sample {
    let present = features.map(|m, values| vec![true; values.len() / WIDTHS.get(m)]);
    Sample { id, label: label as f32, present, features: features.map(|_, values| values.clone().into()) }
}

fn score(stream: Stream) -> f64 {
    6.0 * stream.uniform(0) - 3.0
}

/// Samples of two to six frames that show their scores.
fn alone(numbers: std::ops::Range<u64>) -> Split {
    let of = |number: u64| {
        let stream = Stream::new(SEED, "sample").at(number);
        sample(format!("v{number}[0]"), score(stream), shown(stream, score(stream), 2 + stream.below(1, 5)))
    };
    Split { samples: numbers.map(of).collect() }
}

/// Videos of six utterances of four frames each, which show the score of the one behind.
fn in_videos(numbers: std::ops::Range<u64>) -> Split {
    let of = |video: u64| {
        let stream = move |i: u64| Stream::new(SEED, "video").at(video).at(i);
        (0..6)
            .map(move |i| sample(format!("v{video}[{i}]"), score(stream(i)), shown(stream(i), score(stream(i + 1)), 4)))
    };
    Split { samples: numbers.flat_map(of).collect() }
}

/// Weighted F1 of the scores' signs on complete samples, of a network that was trained for so many epochs.
fn trained(train: &Split, test: &Split, lines: &str, epochs: usize) -> f64 {
    let context = context(scores(Task::Regression, 0.0), train.clone(), DType::F32, Kernels::Fused);
    let mut learner = GcNet.open(&job(Task::Regression, &format!("{SETTINGS}{lines}")), SEED, &context, &[]).unwrap();
    let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
    let (groups, mut batches) = (learner.together(train), 0);
    for epoch in 1..=epochs {
        for chunk in epoch_order(groups.len(), SEED, epoch).chunks(learner.training().batch) {
            let indices: Vec<usize> = chunk.iter().flat_map(|&group| groups[group].clone()).collect();
            let (batch, key) = (&context.batch(train, &indices), DropoutKey::new(SEED, batches));
            let batch = TrainingBatch { batch, split: train, indices: &indices, epoch, key };
            learner.step(&batch, &mut optimizer).unwrap();
            batches += 1;
        }
    }
    let answers = predict(&*learner, test, Condition::COMPLETE, SEED, &context).unwrap().answers;
    f1(test, answers.iter().map(|answer| matches!(answer, Answer::Score(score) if *score > 0.0)))
}

/// Weighted F1 of the scores' signs.
fn f1(split: &Split, positive: impl Iterator<Item = bool>) -> f64 {
    let both: Vec<(bool, bool)> = split.samples.iter().map(|sample| sample.label > 0.0).zip(positive).collect();
    let of = |side: bool| {
        let count = |t: bool, p: bool| both.iter().filter(|&&pair| pair == (t, p)).count() as f64;
        let [hit, missed, wrong] = [count(side, side), count(side, !side), count(!side, side)];
        (hit + missed) * 2.0 * hit / (2.0 * hit + missed + wrong).max(1.0)
    };
    (of(true) + of(false)) / both.len() as f64
}

/// The means of a sample's frames, of all modalities one behind the other, and a one.
fn means(sample: &Sample) -> Vec<f64> {
    let mut all = vec![1.0];
    for (m, &width) in WIDTHS.iter() {
        let values = sample.features.get(m);
        let frames = values.len() / width;
        let mean = |column: usize| (0..frames).map(|t| f64::from(values[t * width + column])).sum::<f64>();
        all.extend((0..width).map(|column| mean(column) / frames as f64));
    }
    all
}

/// Weighted F1 of logistic regression, by gradient descent, on the means.
fn regressed(train: &Split, test: &Split) -> f64 {
    let of = |split: &Split| split.samples.iter().map(means).collect::<Vec<_>>();
    let dot = |weights: &[f64], x: &[f64]| weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
    let x = of(train);
    let mut weights = vec![0.0; x[0].len()];
    for _ in 0..500 {
        let mut slope = vec![0.0; weights.len()];
        for (x, sample) in x.iter().zip(&train.samples) {
            let error = 1.0 / (1.0 + (-dot(&weights, x)).exp()) - f64::from(u8::from(sample.label > 0.0));
            slope.iter_mut().zip(x).for_each(|(slope, x)| *slope += error * x / train.samples.len() as f64);
        }
        weights.iter_mut().zip(&slope).for_each(|(weight, slope)| *weight -= 0.2 * slope);
    }
    f1(test, of(test).iter().map(|x| dot(&weights, x) > 0.0))
}

#[test]
fn it_learns_as_well_as_logistic_regression_on_the_means() {
    let (train, test) = (alone(0..600), alone(600..2600));
    let (ours, linear) = (trained(&train, &test, "", 20), regressed(&train, &test));
    println!("weighted F1 {ours:.4}, logistic regression {linear:.4}");
    assert!((0.8..0.98).contains(&linear), "data that are no test: {linear}");
    assert!(ours > linear - 0.02, "{ours}, logistic regression {linear}");
}

/// The first utterance of a video is shown by none, so that half of a sixth is lost to chance.
#[test]
fn utterances_hear_their_neighbours() {
    let (train, test) = (in_videos(0..120), in_videos(120..400));
    let utterances = trained(&train, &test, "network.nodes = \"utterances\"\ntraining.batch = 8", 30);
    let frames = trained(&train, &test, "", 10);
    println!("weighted F1 {utterances:.4} of utterances, {frames:.4} of frames");
    assert!(utterances > 0.8, "{utterances}");
    assert!((0.45..0.55).contains(&frames), "{frames}");
}
