//! That TransM learns what can be learned, from samples that lose something and whose frames show a score under noise:
//! of complete ones within two points of weighted F1 of logistic regression on the means of their frames, which is the
//! best there is for such data; and to tell features better than by their means, which are zero.

use super::super::TransM;
use super::{WIDTHS, complete, context, job, scores};
use candle_core::DType;
use corrkd_config::{Condition, Kernels, Modality, PerModality, Task};
use corrkd_data::{Sample, Split, epoch_order};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_random::Stream;
use corrkd_record::Answer;
use corrkd_train::{Method, Pass, TrainingBatch, predict, validate};

const SEED: u64 = 5;
const TIME: usize = 6;
const LEAST: usize = 2;
/// Small, with the dropout and losses of all. Smaller data take larger steps.
const SETTINGS: &str = "
network = { width = 8, heads = 2, encoder_layers = 1, decoder_layers = 1, feed_forward = 16 }
training.learning_rate = 3e-3
";
const EPOCHS: usize = 12;

/// A sample's frames: its score along one direction for each modality, and noise.
fn sample(number: u64) -> Sample {
    let stream = Stream::new(SEED, "sample").at(number);
    let label = (6.0 * stream.uniform(0) - 3.0) as f32;
    let length = LEAST + stream.below(1, TIME - LEAST + 1);
    let features = PerModality::from_fn(|m: Modality| {
        let (width, noise) = (*WIDTHS.get(m), stream.named(m.name()));
        let value = |i: usize| {
            let direction = if (i % width).is_multiple_of(2) { 0.5 } else { -0.5 };
            (direction * f64::from(label) + 1.5 * noise.normal(i as u64)) as f32
        };
        (0..length * width).map(value).collect()
    });
    Sample { id: format!("v{number}[0]"), label, present: PerModality::from_fn(|_| vec![true; length]), features }
}

fn split(numbers: std::ops::Range<u64>) -> Split {
    Split { samples: numbers.map(sample).collect() }
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

/// The share of logistic regression's right answers to the sign, which is its weighted F1 where both signs are as
/// frequent and as hard, as here.
fn logistic_regression(train: &Split, test: &Split) -> f64 {
    let x: Vec<Vec<f64>> = train.samples.iter().map(means).collect();
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
    let right = test.samples.iter().filter(|sample| (dot(&weights, &means(sample)) > 0.0) == (sample.label > 0.0));
    right.count() as f64 / test.samples.len() as f64
}

#[test]
fn it_learns_as_well_as_logistic_regression_on_the_means() {
    let (train, valid, test) = (split(0..600), split(600..800), split(800..2800));
    let context = context(scores(Task::Binary, 0.0), train.clone(), DType::F32, Kernels::Fused);
    let mut learner = TransM.open(&job(Task::Binary, SETTINGS), SEED, &context, &[]).unwrap();
    let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
    let (mut batches, mut best) = (0, None);
    for epoch in 1..=EPOCHS {
        for indices in epoch_order(train.samples.len(), SEED, epoch).chunks(learner.training().batch) {
            let batch = &context.batch(&train, indices);
            let key = DropoutKey::new(SEED, batches);
            learner.step(&TrainingBatch { batch, split: &train, indices, epoch, key }, &mut optimizer).unwrap();
            batches += 1;
        }
        let loss = validate(&*learner, &valid, SEED, &context).unwrap().loss;
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            best = Some((loss, learner.params().values().unwrap()));
        }
    }
    // The same network, asked about complete samples alone.
    let judge = TransM.open(&complete(Task::Binary, SETTINGS), SEED, &context, &[]).unwrap();
    judge.params().load(&best.unwrap().1).unwrap();
    let answers = predict(&*judge, &test, Condition::COMPLETE, SEED, &context).unwrap().answers;
    let right = answers.iter().zip(&test.samples).filter(|(answer, sample)| {
        let Answer::Score(score) = answer else { panic!("no score") };
        (*score > 0.0) == (sample.label > 0.0)
    });
    let (ours, linear) = (right.count() as f64 / test.samples.len() as f64, logistic_regression(&train, &test));
    println!("right {ours:.4}, logistic regression {linear:.4}");
    assert!((0.8..0.98).contains(&linear), "data that are no test: {linear}");
    assert!(ours > linear - 0.02, "{ours}, logistic regression {linear}");

    let indices: Vec<usize> = (0..100).collect();
    let (batch, key) = (&context.batch(&test, &indices), DropoutKey::NONE);
    let training = TrainingBatch { batch, split: &test, indices: &indices, epoch: 1, key };
    for (name, error) in Pass::of(&*judge, &training).unwrap().losses {
        let Some(to) = Modality::ALL.into_iter().find(|m| name.ends_with(&format!("_to_{m}"))) else { continue };
        let told = batch.features.get(to);
        // Padding is no frame.
        let frames = told.iter().filter(|x| **x != 0.0);
        let zero = frames.clone().map(|x| f64::from(x.abs())).sum::<f64>() / frames.count() as f64;
        println!("{name}: {error:.3}, of zero {zero:.3}");
        assert!(error < 0.9 * zero, "{name}: {error}, of zero {zero}");
    }
}
