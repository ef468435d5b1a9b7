//! The optimizer against PyTorch's (`golden/optimizer.py`): steps, rates, and going on from its state.

use crate::golden::{Place, numbers};
use candle_core::{DType, Device, Tensor};
use corrkd_nn::{Gradients, Init, Kernels, Linear, Optimizer, OptimizerNote, OptimizerSettings, Params};
use safetensors::SafeTensors;
use std::collections::BTreeMap;

const FILE: &[u8] = include_bytes!("../../golden/optimizer.safetensors");

/// What PyTorch left, and each case's settings.
struct Golden {
    tensors: BTreeMap<String, Tensor>,
    cases: BTreeMap<String, OptimizerSettings>,
}

impl Golden {
    fn load() -> Self {
        let (_, metadata) = SafeTensors::read_metadata(FILE).unwrap();
        let cases = serde_json::from_str(&metadata.metadata().as_ref().unwrap()["cases"]).unwrap();
        let tensors = candle_core::safetensors::load_buffer(FILE, &Device::Cpu).unwrap().into_iter().collect();
        Self { tensors, cases }
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        numbers(&self.tensors[name])
    }
}

/// The largest difference, relative to PyTorch's largest number.
fn close(name: &str, ours: &[f64], theirs: &[f64], tolerance: f64) -> f64 {
    assert_eq!(ours.len(), theirs.len(), "{name}");
    let largest = theirs.iter().fold(0f64, |largest, x| largest.max(x.abs()));
    ours.iter().zip(theirs).fold(0.0, |worst, (a, b)| {
        let difference = (a - b).abs() / if largest > 0.0 { largest } else { 1.0 };
        // Written so that a NaN fails.
        assert!(difference <= tolerance, "{name}: ours {ours:?}, PyTorch's {theirs:?}");
        worst.max(difference)
    })
}

/// The script's network in training: y = W2 (W1 x + b1)^2 + b2, and the mean of (y - t)^2.
struct Training<'a> {
    golden: &'a Golden,
    device: Device,
    dtype: DType,
    params: Params,
    a: Linear,
    b: Linear,
    optimizer: Optimizer,
    norms: Vec<f64>,
}

impl<'a> Training<'a> {
    fn new(place: &Place, golden: &'a Golden, settings: &OptimizerSettings, dtype: DType, kernels: Kernels) -> Self {
        let mut params = Params::new(0, dtype, &place.device).with(kernels);
        let a = Linear::new(params.root().sub("a"), 4, 3).unwrap();
        let b = Linear::new(params.root().sub("b"), 3, 2).unwrap();
        let start =
            golden.tensors.iter().filter_map(|(name, x)| Some((name.strip_prefix("start/")?.to_owned(), x.clone())));
        params.load(&start.collect()).unwrap();
        let optimizer = Optimizer::new(&params, settings).unwrap();
        Self { golden, device: place.device.clone(), dtype, params, a, b, optimizer, norms: Vec::new() }
    }

    /// All micro-batches, the tail, the schedule. Epochs count from 1.
    fn epoch(&mut self, epoch: usize) {
        let [x, t] = ["data/x", "data/t"]
            .map(|name| self.golden.tensors[name].to_dtype(self.dtype).unwrap().to_device(&self.device).unwrap());
        for number in 0..x.dim(0).unwrap() {
            let hidden = self.a.forward(&x.get(number).unwrap()).unwrap().sqr().unwrap();
            let y = self.b.forward(&hidden).unwrap();
            let loss = (y - t.get(number).unwrap()).unwrap().sqr().unwrap().mean_all().unwrap();
            let gradients = Gradients::of(&self.params, &mut loss.backward().unwrap());
            self.norms.extend(self.optimizer.descend(&self.params, gradients).unwrap());
        }
        self.norms.extend(self.optimizer.end_epoch(&self.params).unwrap());
        self.optimizer.schedule(epoch, self.golden.numbers("data/validation")[epoch - 1]);
    }

    fn bits(&self) -> Vec<u64> {
        let tensors = self.params.values().unwrap().into_values().chain(self.optimizer.state().unwrap().into_values());
        tensors.flat_map(|x| numbers(&x)).map(f64::to_bits).collect()
    }
}

fn epochs(golden: &Golden) -> usize {
    golden.numbers("data/validation").len()
}

fn trainings_step_as_pytorchs(place: &Place) {
    let golden = Golden::load();
    let cases = golden.cases.iter().filter(|(case, _)| !case.starts_with("rates/"));
    let mut compared = 0;
    for (case, settings) in cases {
        for (dtype, kernels, tolerance) in place.ways() {
            let mut training = Training::new(place, &golden, settings, dtype, kernels);
            let (mut rates, mut worst) = (Vec::new(), 0f64);
            for epoch in 1..=epochs(&golden) {
                training.epoch(epoch);
                rates.extend(training.optimizer.note().rates);
                for (name, value) in training.params.values().unwrap() {
                    let name = format!("{case}/{epoch}/{name}");
                    worst = worst.max(close(&name, &numbers(&value), &golden.numbers(&name), tolerance));
                }
            }
            close(&format!("{case}/norms"), &training.norms, &golden.numbers(&format!("{case}/norms")), tolerance);
            close(&format!("{case}/rates"), &rates, &golden.numbers(&format!("{case}/rates")), 1e-15);
            place.note(dtype, kernels, worst);
            assert_eq!(training.optimizer.steps(), training.norms.len());
            assert!(training.norms.len() >= 12, "{case}: {} steps", training.norms.len());
        }
        compared += 1;
    }
    assert_eq!(compared, 5);
}

fn schedules_leave_pytorchs_rates(place: &Place) {
    let golden = Golden::load();
    let mut params = Params::new(0, DType::F32, &place.device);
    for name in ["a", "b"] {
        params.root().get(name, &[1], Init::Ones).unwrap();
    }
    for case in ["rates/step", "rates/plateau", "rates/plateau_at_once"] {
        let mut optimizer = Optimizer::new(&params, &golden.cases[case]).unwrap();
        let mut rates = Vec::new();
        for (epoch, loss) in (1..).zip(golden.numbers("rates/validation")) {
            optimizer.schedule(epoch, loss);
            rates.extend(optimizer.note().rates);
        }
        close(case, &rates, &golden.numbers(case), 1e-15);
    }
}

/// By way of JSON, as a checkpoint has it.
fn a_training_that_is_taken_up_again_ends_in_the_same_bits(place: &Place) {
    let golden = Golden::load();
    for (case, settings) in golden.cases.iter().filter(|(case, _)| !case.starts_with("rates/")) {
        for (dtype, kernels, _) in place.ways() {
            let whole = &mut Training::new(place, &golden, settings, dtype, kernels);
            let first = &mut Training::new(place, &golden, settings, dtype, kernels);
            let second = &mut Training::new(place, &golden, settings, dtype, kernels);
            for epoch in 1..=epochs(&golden) {
                whole.epoch(epoch);
                if epoch <= 2 { &mut *first } else { &mut *second }.epoch(epoch);
                if epoch == 2 {
                    let note = serde_json::to_string(&first.optimizer.note()).unwrap();
                    let note: OptimizerNote = serde_json::from_str(&note).unwrap();
                    second.params.load(&first.params.values().unwrap()).unwrap();
                    second.optimizer.restore(&first.optimizer.state().unwrap(), &note).unwrap();
                }
            }
            assert_eq!(second.bits(), whole.bits(), "{case} in {dtype:?}, {kernels:?}");
            assert_eq!(second.optimizer.note(), whole.optimizer.note());
        }
    }
}

proofs![
    trainings_step_as_pytorchs,
    schedules_leave_pytorchs_rates,
    a_training_that_is_taken_up_again_ends_in_the_same_bits
];
