//! That SMIL learns what can be learned: of samples whose frames show a score under noise, complete ones and those that
//! lack modalities, as well as logistic regression on the means of the frames that are there, which is the best there
//! is for such data.

use super::super::Smil;
use super::{WIDTHS, context, jobs, scores};
use candle_core::DType;
use corrkd_config::{Condition, Job, Kernels, Modality, PerModality, Presence, Task};
use corrkd_data::{Sample, Split, epoch_order};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_random::Stream;
use corrkd_record::Answer;
use corrkd_train::{Context, Learner, Method, Needed, TrainingBatch, predict, validate};

const SEED: u64 = 5;
/// Small, with the published dropout and losses. Smaller data take larger steps.
const SETTINGS: &str = "
network = { width = 8, heads = 2, layers = 1, feed_forward = 16, hidden = 16 }
reconstruction = { priors = 5, hidden = 16 }
pretraining = { epochs = 12, learning_rate = 4e-3 }
training = { epochs = 16, batch = 32, learning_rate = 4e-3 }
";

/// A sample's frames: its score along one direction for each modality, and noise.
fn sample(number: u64) -> Sample {
    let stream = Stream::new(SEED, "sample").at(number);
    let label = (6.0 * stream.uniform(0) - 3.0) as f32;
    let length = 2 + stream.below(1, 5);
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

/// The share of right answers to the sign, which is its weighted F1 where both signs are as frequent and as hard.
fn right(split: &Split, positive: impl Fn(usize) -> bool) -> f64 {
    let right = |&(i, sample): &(usize, &Sample)| positive(i) == (sample.label > 0.0);
    split.samples.iter().enumerate().filter(right).count() as f64 / split.samples.len() as f64
}

/// That of logistic regression.
fn regressed(train: &Split, test: &Split, set: Presence) -> f64 {
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
    right(test, |i| dot(&weights, &means(&test.samples[i], set)) > 0.0)
}

/// A stage as the loop trains it, with the weights of its best epoch.
fn trained(job: &Job, needs: &[Needed], valid: &Split, context: &Context) -> Box<dyn Learner> {
    let mut learner = Smil.open(job, SEED, context, needs).unwrap();
    let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
    let (mut batches, mut best) = (0, None);
    for epoch in 1..=learner.training().epochs {
        for indices in epoch_order(context.train.samples.len(), SEED, epoch).chunks(learner.training().batch) {
            let (batch, split) = (&context.batch(&context.train, indices), &context.train);
            let key = DropoutKey::new(SEED, batches);
            learner.step(&TrainingBatch { batch, split, indices, epoch, key }, &mut optimizer).unwrap();
            batches += 1;
        }
        let loss = validate(&*learner, valid, SEED, context).unwrap().loss;
        optimizer.schedule(epoch, loss);
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            best = Some((loss, learner.params().values().unwrap()));
        }
    }
    learner.params().load(&best.unwrap().1).unwrap();
    learner
}

#[test]
fn each_set_is_answered_as_well_as_by_the_right_model() {
    let (train, valid, test) = (split(0..600), split(600..800), split(800..2800));
    let space = scores(Task::Regression, 0.0);
    let context = context(space, Presence::COMPLETE, train.clone(), DType::F32, Kernels::Fused);
    let [first, smil] = jobs(Task::Regression, SETTINGS);
    let weights = trained(&first, &[], &valid, &context).params().values().unwrap();
    let learner = trained(&smil, &[Needed { job: first, weights }], &valid, &context);
    for set in Presence::ALL {
        let answers = predict(&*learner, &test, Condition::only(set), SEED, &context).unwrap().answers;
        let ours = right(&test, |i| matches!(answers[i], Answer::Score(score) if score > 0.0));
        let linear = regressed(&train, &test, set);
        println!("{set}: {ours:.4}, logistic regression {linear:.4}");
        assert!((0.75..0.98).contains(&linear), "{set}: data that are no test: {linear}");
        assert!(ours > linear - 0.02, "{set}: {ours}, logistic regression {linear}");
    }
}
