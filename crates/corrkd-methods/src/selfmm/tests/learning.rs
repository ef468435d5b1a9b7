//! A whole training comes to what the data have to give: on the means of generated sequences the network is as good as logistic
//! regression on the same numbers.
//!
//! On the sequences themselves it is not, with so few samples to learn from: an LSTM's last state has to learn first what a mean
//! is given.

use super::super::SelfMm;
use super::{SMALL, WIDTHS, context, job, scores};
use candle_core::{DType, Device};
use corrkd_config::{Condition, DatasetRef, Kernels, Modality, PerModality, Task};
use corrkd_data::{Dataset, Sample, Split, Time};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_record::{RunSpec, Runs};
use corrkd_train::{Method, Stop, TrainingBatch, Work};

/// By how much it may be worse, of 1.
const LESS: f64 = 0.02;
const SEEDS: [u64; 3] = [1, 2, 3];

/// The data with one frame for each sequence, the mean of its frames, scaled by the training split's.
fn averaged(mut data: Dataset) -> Dataset {
    let widths = data.widths;
    let mean = |sample: &Sample, m: Modality| -> Vec<f32> {
        let (width, values) = (*widths.get(m), sample.features.get(m));
        let column = |d: usize| values.iter().skip(d).step_by(width).sum::<f32>();
        (0..width).map(|d| column(d) / (values.len() / width) as f32).collect()
    };
    let means = |split: &Split| split.samples.iter().map(|s| PerModality::from_fn(|m| mean(s, m))).collect::<Vec<_>>();
    let [train, valid, test] = [&data.train, &data.valid, &data.test].map(means);
    let count = train.len() as f32;
    let moments = widths.map(|m, &width| {
        let column = |d: usize| train.iter().map(move |of| of.get(m)[d]);
        let moments = |d: usize| {
            let mean = column(d).sum::<f32>() / count;
            (mean, (column(d).map(|x| (x - mean).powi(2)).sum::<f32>() / count).sqrt().max(1e-6))
        };
        (0..width).map(moments).collect::<Vec<_>>()
    });
    for (split, means) in [(&mut data.train, &train), (&mut data.valid, &valid), (&mut data.test, &test)] {
        for (sample, means) in split.samples.iter_mut().zip(means) {
            sample.present = PerModality::from_fn(|_| vec![true]);
            sample.features = means.map(|m, of| {
                of.iter().zip(moments.get(m)).map(|(x, (mean, deviation))| (x - mean) / deviation).collect()
            });
        }
    }
    Dataset { time: Time::Aligned(1), ..data }
}

/// Samples of one frame as rows of numbers, and whether each is positive; neutral ones are left out.
fn rows(split: &Split) -> (Vec<Vec<f64>>, Vec<bool>) {
    let signed = split.samples.iter().filter(|sample| sample.label != 0.0);
    let row = |sample: &Sample| -> Vec<f64> {
        let features = Modality::ALL.into_iter().flat_map(|m| sample.features.get(m).iter());
        features.map(|&x| f64::from(x)).chain([1.0]).collect()
    };
    signed.map(|sample| (row(sample), sample.label > 0.0)).unzip()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The weights of logistic regression with an L2 penalty, by Nesterov's accelerated gradient.
fn regression((rows, positive): &(Vec<Vec<f64>>, Vec<bool>), penalty: f64) -> Vec<f64> {
    let (mut weights, mut ahead) = (vec![0.0; rows[0].len()], vec![0.0; rows[0].len()]);
    // The loss bends at most by a quarter of the largest squared row.
    let rate = 1.0 / (rows.iter().map(|row| dot(row, row)).fold(0.0, f64::max) / 4.0 + penalty);
    for step in 0..400 {
        let mut gradient: Vec<f64> = ahead.iter().map(|w| penalty * w).collect();
        for (row, &positive) in rows.iter().zip(positive) {
            let error = 1.0 / (1.0 + (-dot(row, &ahead)).exp()) - f64::from(u8::from(positive));
            gradient.iter_mut().zip(row).for_each(|(g, x)| *g += error * x / rows.len() as f64);
        }
        let next: Vec<f64> = ahead.iter().zip(&gradient).map(|(w, g)| w - rate * g).collect();
        let momentum = f64::from(step) / f64::from(step + 3);
        ahead = next.iter().zip(&weights).map(|(new, old)| new + momentum * (new - old)).collect();
        weights = next;
    }
    weights
}

/// F1 of the two answers, weighted by how often each is true.
fn weighted_f1(weights: &[f64], (rows, truth): &(Vec<Vec<f64>>, Vec<bool>)) -> f64 {
    let said: Vec<bool> = rows.iter().map(|row| dot(row, weights) > 0.0).collect();
    let of = |answer: bool| {
        let right = said.iter().zip(truth).filter(|&(&said, &truth)| said == answer && truth == answer).count();
        let [said, truth] = [&said, truth].map(|of| of.iter().filter(|&&x| x == answer).count());
        2.0 * right as f64 / (said + truth).max(1) as f64 * truth as f64
    };
    (of(true) + of(false)) / truth.len() as f64
}

/// Weighted F1 on the complete test split of a training with the published settings.
fn trained(data: &Dataset, seed: u64, runs: &Runs) -> f64 {
    let spec = RunSpec {
        job: job(Task::Binary, ""),
        seed,
        dataset: DatasetRef { name: data.name.clone(), size: None, fold: None },
        fingerprint: data.fingerprint.clone(),
        labels: data.labels.clone(),
        code: SelfMm.code().to_owned(),
        device: corrkd_config::Device::Cpu,
        kernels: Kernels::Fused,
        needs: Vec::new(),
    };
    let dir = runs.run(&spec.id());
    dir.prepare(&spec).unwrap();
    let work = Work { method: &SelfMm, dir: &dir, spec: &spec, data, runs, device: Device::Cpu, stop: &Stop::new() };
    let result = work.finish(&mut |_| {}).unwrap();
    assert_eq!(result.warnings, [""; 0]);
    let of = result.test.iter().find(|test| test.condition == Condition::COMPLETE).unwrap();
    println!(
        "seed {seed}: {:.4} at epoch {} of {}",
        of.scores.f1,
        result.training.as_ref().unwrap().best_epoch,
        result.training.as_ref().unwrap().epochs
    );
    of.scores.f1
}

#[test]
fn a_training_is_as_good_as_logistic_regression() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()), fold: None };
    let data = corrkd_data::load(&dataset, None, folder.path(), corrkd_data::Trust::Read, &corrkd_data::unseen);
    let data = averaged(data.unwrap());
    let [train, valid, test] = [&data.train, &data.valid, &data.test].map(rows);
    let models = [0.003, 0.01, 0.03, 0.1, 0.3].map(|penalty| regression(&train, penalty));
    let best = models.iter().max_by(|a, b| weighted_f1(a, &valid).total_cmp(&weighted_f1(b, &valid))).unwrap();
    let linear = weighted_f1(best, &test);
    let runs = Runs::open(&folder.path().join("runs")).unwrap();
    let ours = SEEDS.map(|seed| trained(&data, seed, &runs)).iter().sum::<f64>() / SEEDS.len() as f64;
    println!("logistic regression {linear:.4}, Self-MM {ours:.4}");
    assert!(ours > linear - LESS, "{ours} beside {linear} of logistic regression");
}

/// Where all labels are positive, no modality ever has a label of its own, which the training tells in the end; where one is
/// negative, each has from the third epoch on.
#[test]
fn labels_on_one_side_leave_nothing_to_learn_from_a_modality_alone() {
    for (first, moved) in [(0.5, false), (-0.5, true)] {
        let sample = |i: usize| Sample {
            id: format!("v[{i}]"),
            label: if i == 0 { first } else { i as f32 / 3.0 },
            present: PerModality::from_fn(|_| vec![true; 2]),
            features: PerModality::from_fn(|m| (0..2 * WIDTHS.get(m)).map(|d| ((d + i) as f32).sin()).collect()),
        };
        let split = Split { samples: (0..8).map(sample).collect() };
        let context = context(scores(Task::Binary, 0.0), split.clone(), DType::F32, Kernels::Fused);
        let mut learner = SelfMm.open(&job(Task::Binary, SMALL), 1, &context, &[]).unwrap();
        let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
        let indices: Vec<usize> = (0..8).collect();
        let batch = context.batch(&split, &indices);
        for epoch in 1..=3 {
            let key = DropoutKey::new(1, epoch);
            let batch = TrainingBatch { batch: &batch, split: &split, indices: &indices, epoch, key };
            let parts = learner.step(&batch, &mut optimizer).unwrap().parts;
            let idle = learner.idle();
            assert_eq!(parts.len(), idle.len());
            for ((part, weight), idle) in parts.into_iter().zip(idle) {
                assert_eq!(part, idle.part);
                assert_eq!(weight > idle.at, moved && epoch == 3, "{part} in epoch {epoch}: {weight}");
            }
        }
    }
}
