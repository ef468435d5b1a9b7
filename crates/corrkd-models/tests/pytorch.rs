//! Values and gradients of RCD with its statistics networks, and of the student's whole objective, against PyTorch's
//! in f64 (`golden/network.py`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../corrkd-nn/tests/golden/mod.rs"]
mod golden;

use candle_core::{DType, Device, Result, Tensor};
use corrkd_config::{Dropout, Modality, Network as Size, PerModality};
use corrkd_losses::{Push, cpd, rcd, scd};
use corrkd_models::{Inputs, Network, StatisticsNetwork};
use corrkd_nn::{Noise, Params, Scope, cross_entropy, softmax};
use golden::Golden;

const WIDTHS: PerModality<usize> = PerModality { language: 5, audio: 3, vision: 4 };
const SIZE: Size =
    Size { width: 8, heads: 4, layers: 2, feed_forward: 12, kernel: 3, pre_norm: true, attend_missing: true };
const CATEGORIES: usize = 3;
const HIDDEN: usize = 6;

/// RCD's two statistics networks for K categories.
fn statistics(mut scope: Scope<'_>, categories: usize) -> [StatisticsNetwork; 2] {
    [("target", 1), ("others", categories - 1)]
        .map(|(name, inputs)| StatisticsNetwork::new(scope.sub(name), inputs, HIDDEN).unwrap())
}

/// RCD of logits (N, K).
fn rcd_of_logits(s: &Tensor, t: &Tensor, categories: &[usize], networks: &[StatisticsNetwork; 2]) -> Result<Tensor> {
    let [target, others] = networks;
    rcd(&softmax(s)?, &softmax(t)?, categories, |t, s| target.forward(t, s), |t, s| others.forward(t, s))
}

#[test]
fn rcd_of_2_3_4_and_7_categories() {
    for (case, categories) in [("rcd2", 2), ("rcd3", 3), ("rcd4", 4), ("rcd7", 7)] {
        let golden = Golden::open("network", case);
        let mut params = Params::new(0, DType::F64, &Device::Cpu);
        let networks = statistics(params.root(), categories);
        params.load(&golden.inputs).unwrap();
        let (s, t) = (golden.input("s"), golden.input("t"));
        let loss = rcd_of_logits(s.as_tensor(), t.as_tensor(), &golden.indices("categories"), &networks).unwrap();
        golden.check(&[], &loss, params.iter().chain([("s", &s), ("t", &t)]));
    }
}

/// A batch of the file: the features `SIDE.MODALITY` (B, T, D), which go on behind the sequences' ends.
fn inputs(golden: &Golden, side: &str) -> Inputs {
    let of = |m: Modality| golden.inputs[&format!("{side}.{m}")].to_dtype(DType::F32).unwrap();
    let time = of(Modality::Language).dim(1).unwrap();
    let values = PerModality::from_fn(|m| of(m).flatten_all().unwrap().to_vec1().unwrap());
    Inputs::new(values, &golden.indices("lengths"), time, &WIDTHS, DType::F64, &Device::Cpu).unwrap()
}

/// A teacher or a student without dropout.
fn network(scope: Scope<'_>) -> Network {
    let none = Dropout { language: 0.0, attention: 0.0, feed_forward: 0.0, residual: 0.0, output: 0.0 };
    Network::new(scope, &WIDTHS, &SIZE, &none, CATEGORIES).unwrap()
}

#[test]
fn the_students_whole_objective() {
    let golden = Golden::open("network", "student");
    let mut params = Params::new(0, DType::F64, &Device::Cpu);
    let student = network(params.root().sub("student"));
    let networks = statistics(params.root().sub("statistics"), CATEGORIES);
    params.load(&golden.inputs).unwrap();
    let values = golden.inputs.clone().into_iter().filter(|(name, _)| name.starts_with("teacher.")).collect();
    let mut frozen = Params::frozen(&values, DType::F64, &Device::Cpu).unwrap();
    let teacher = network(frozen.root().sub("teacher"));

    let s = student.forward(&inputs(&golden, "masked"), Noise::OFF).unwrap();
    let t = teacher.forward(&inputs(&golden, "complete"), Noise::OFF).unwrap();
    let categories = golden.indices("categories");
    let targets: Vec<u32> = categories.iter().map(|&k| k as u32).collect();
    let task = cross_entropy(&s.logits, &Tensor::new(targets, &Device::Cpu).unwrap()).unwrap();
    let margin = golden.input("margin").to_scalar().unwrap();
    let scd = scd(&s.representation, &t.representation, margin, Push::Mean).unwrap();
    let cpd = cpd(&s.representation, &t.representation, &categories, None).unwrap();
    let rcd = rcd_of_logits(&s.logits, &t.logits, &categories, &networks).unwrap();

    let loss = (&task + &scd).and_then(|sum| (sum + &cpd)? + &rcd).unwrap();
    let outputs = [
        ("representation", &s.representation),
        ("logits", &s.logits),
        ("task", &task),
        ("scd", &scd),
        ("cpd", &cpd),
        ("rcd", &rcd),
    ];
    golden.check(&outputs, &loss, params.iter().chain(frozen.iter()));
}
