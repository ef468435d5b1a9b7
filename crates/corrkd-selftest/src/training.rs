//! A short training of each method on a device, twice: whether it gives the same bits, and how long a step takes.

use crate::caught;
use crate::proof::{jobs, learners, scores};
use candle_core::{DType, Device};
use corrkd_config::{Kernels, PerModality, Presence, Task};
use corrkd_data::{DataStatistics, Sample, Split};
use corrkd_methods::METHODS;
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_random::Stream;
use corrkd_train::{Context, Method, TrainingBatch};
use std::sync::Arc;
use std::time::Instant;

/// Steps of a training.
pub const STEPS: usize = 8;
/// Samples of a batch.
pub const BATCH: usize = 32;
/// Frames of a sample.
pub const FRAMES: usize = 50;
/// Widths of the features: GloVe, COVAREP, Facet.
const WIDTHS: PerModality<usize> = PerModality { language: 300, audio: 74, vision: 35 };
const SEED: u64 = 1;

/// What came of a method's short training.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// The method.
    pub method: &'static str,
    /// What it comes to, or what went wrong.
    pub answer: Result<Pace, String>,
}

/// How a method trains on the device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Whether the second time gave the bits of the first.
    pub same_bits: bool,
    /// Milliseconds of a step on the device, the median.
    pub step: f64,
    /// The same on the processor.
    pub on_processor: f64,
}

/// Trains the last stage of each method for a few steps on generated samples, batches of 32 samples of 50 frames, by the method's
/// defaults, twice on the device and once on the processor, and tells of each.
pub fn train(device: &Device, tell: &mut dyn FnMut(Trained)) {
    let split = samples();
    for &method in METHODS {
        let answer = caught(|| {
            let (first, _) = steps(method, device, &split);
            let (second, step) = steps(method, device, &split);
            let on_processor = if device.is_cpu() { step } else { steps(method, &Device::Cpu, &split).1 };
            Pace { same_bits: first == second, step, on_processor }
        });
        tell(Trained { method: method.name(), answer });
    }
}

/// Two batches of normal numbers.
fn samples() -> Split {
    let sample = |i: usize| {
        let stream = Stream::new(SEED, "self test").at(i as u64);
        let features = PerModality::from_fn(|m| {
            let of = stream.named(m.name());
            (0..FRAMES * WIDTHS.get(m)).map(|at| of.normal(at as u64) as f32).collect()
        });
        let present = PerModality::from_fn(|_| vec![true; FRAMES]);
        Sample { id: format!("v{i}[0]"), label: i as f32 % 7.0 - 3.0, present, features }
    };
    Split { samples: (0..2 * BATCH).map(sample).collect() }
}

/// A digest of all losses and weights, and the milliseconds of a step.
fn steps(method: &dyn Method, device: &Device, split: &Split) -> (blake3::Hash, f64) {
    let space = scores(Task::Binary, 0.0);
    let statistics = DataStatistics::new(Presence::COMPLETE, space.labels().range(), WIDTHS, split.clone(), false);
    let context = Context {
        space,
        widths: WIDTHS,
        time: PerModality::all(FRAMES),
        statistics: Arc::new(statistics),
        train: split.clone(),
        dtype: DType::F32,
        device: device.clone(),
        kernels: Kernels::Fused,
        weights: None,
    };
    let stage = jobs(method, Task::Binary, "").pop().unwrap().stage;
    let mut learner = learners(method, Task::Binary, "", SEED, &context).remove(&stage).unwrap();
    let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
    let (mut digest, mut times) = (blake3::Hasher::new(), Vec::new());
    for step in 0..STEPS {
        let indices: Vec<usize> = (0..BATCH).map(|i| step % 2 * BATCH + i).collect();
        let batch = &context.batch(split, &indices);
        let key = DropoutKey::new(SEED, step);
        let batch = TrainingBatch { batch, split, indices: &indices, epoch: 1, key };
        let begun = Instant::now();
        let losses = learner.step(&batch, &mut optimizer).unwrap();
        device.synchronize().unwrap();
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        for (_, loss) in losses.terms {
            digest.update(&loss.to_le_bytes());
        }
    }
    for value in learner.params().values().unwrap().values() {
        let value: Vec<f32> = value.flatten_all().unwrap().to_vec1().unwrap();
        for x in value {
            digest.update(&x.to_le_bytes());
        }
    }
    times.sort_by(f64::total_cmp);
    (digest.finalize(), times[STEPS / 2])
}
