//! Values and gradients of RCD with its statistics networks, of the whole teacher, and of the student's whole objective,
//! against PyTorch's (`src/corrkd/golden/network.py`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../corrkd-nn/tests/golden/mod.rs"]
mod golden;

use candle_core::{DType, Device, Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_losses::{Push, cpd, kl, rcd, scd};
use corrkd_methods::corrkd::{Network, Probabilities, Size, StatisticsNetwork};
use corrkd_nn::{DropoutKey, Params, Scope, cross_entropy, softmax};
use corrkd_train::Inputs;
use golden::Golden;

/// In this crate.
const FILE: &str = "src/corrkd/golden/network";
const WIDTHS: PerModality<usize> = PerModality { language: 5, audio: 3, vision: 4 };
const SMALL: Size =
    Size { width: 8, heads: 4, layers: 2, feed_forward: 12, kernel: 3, pre_norm: true, attend_missing: true };
/// The paper's width.
const WIDE: Size = Size { width: 40, heads: 10, layers: 1, feed_forward: 8, ..SMALL };

/// SCD's margin.
const MARGIN: f64 = 1.25;

/// RCD's two statistics networks for K categories.
fn statistics(mut scope: Scope<'_>, categories: usize) -> [StatisticsNetwork; 2] {
    [("target", 1), ("others", categories - 1)]
        .map(|(name, inputs)| StatisticsNetwork::new(scope.sub(name), inputs, 6).unwrap())
}

/// RCD of logits (N, K).
fn rcd_of_logits(s: &Tensor, t: &Tensor, categories: &[usize], networks: &[StatisticsNetwork; 2]) -> Result<Tensor> {
    let [target, others] = networks;
    rcd(&softmax(s)?, &softmax(t)?, categories, |t, s| target.forward(t, s), |t, s| others.forward(t, s))
}

// A ReLU has no derivative at zero; PyTorch takes 0 there and candle 1, and either is a subgradient. RCD stands on that
// kink while its biases are still zero, where a response is exactly 0 for teacher and student or where no unit of the
// first layer answers to a pair. These cases have such responses, but biases that are not zero.
#[test]
fn rcd_of_normal_and_saturated_logits_and_of_one_sample() {
    for case in [
        "rcd2",
        "rcd3",
        "rcd4",
        "rcd7",
        "rcd2_saturated_both",
        "rcd2_saturated_some",
        "rcd4_saturated_both",
        "rcd4_saturated_some",
        "rcd2_one",
        "rcd4_one",
    ] {
        Golden::each(FILE, case, |golden| {
            let (s, t) = (golden.input("s"), golden.input("t"));
            let mut params = Params::new(0, golden.dtype, &Device::Cpu).with(golden.kernels);
            let networks = statistics(params.root(), s.dim(1).unwrap());
            params.load(&golden.inputs).unwrap();
            let loss = rcd_of_logits(s.as_tensor(), t.as_tensor(), &golden.indices("categories"), &networks).unwrap();
            golden.check(&[], &loss, &[&params], &[("s", &s), ("t", &t)]);
        });
    }
}

/// A batch of the file: the features `SIDE.MODALITY` (B, T, D), which go on behind the sequences' ends.
fn inputs(golden: &Golden, side: &str) -> Inputs {
    let of = |m: Modality| golden.inputs[&format!("{side}.{m}")].to_dtype(DType::F32).unwrap();
    let values = PerModality::from_fn(|m| of(m).flatten_all().unwrap().to_vec1().unwrap());
    Inputs::new(values, &golden.indices("lengths"), time(golden), &WIDTHS, golden.dtype, &Device::Cpu).unwrap()
}

/// The number of frames T.
fn time(golden: &Golden) -> usize {
    golden.indices("lengths").into_iter().max().unwrap()
}

/// A teacher or a student without dropout.
fn network(scope: Scope<'_>, size: &Size, categories: usize) -> Network {
    let none = Probabilities { language: 0.0, attention: 0.0, feed_forward: 0.0, residual: 0.0, output: 0.0 };
    Network::new(scope, &WIDTHS, size, &none, categories).unwrap()
}

/// The task's loss of logits.
fn task(logits: &Tensor, golden: &Golden) -> Tensor {
    let targets: Vec<u32> = golden.indices("categories").into_iter().map(|k| k as u32).collect();
    cross_entropy(logits, &Tensor::new(targets, &Device::Cpu).unwrap()).unwrap()
}

#[test]
fn the_whole_teacher() {
    let post = Size { pre_norm: false, ..SMALL };
    for (case, size) in [("teacher_small", SMALL), ("teacher_wide", WIDE), ("teacher_post", post)] {
        Golden::each(FILE, case, |golden| {
            let mut params = Params::new(0, golden.dtype, &Device::Cpu).with(golden.kernels);
            let teacher = network(params.root().sub("teacher"), &size, 3);
            params.load(&golden.inputs).unwrap();
            let output = teacher.forward(&inputs(golden, "complete"), DropoutKey::NONE).unwrap();
            let outputs = [("representation", &output.representation), ("logits", &output.logits)];
            golden.check(&outputs, &task(&output.logits, golden), &[&params], &[]);
        });
    }
}

/// A student of K categories and its teacher, with all four losses.
fn student(case: &str, categories: usize, size: &Size, push: Push, counted: Option<usize>) {
    Golden::each(FILE, case, |golden| {
        let mut params = Params::new(0, golden.dtype, &Device::Cpu).with(golden.kernels);
        let student = network(params.root().sub("student"), size, categories);
        let networks = statistics(params.root().sub("statistics"), categories);
        params.load(&golden.inputs).unwrap();
        let values = golden.inputs.clone().into_iter().filter(|(name, _)| name.starts_with("teacher.")).collect();
        let mut frozen = Params::frozen(&values, golden.dtype, &Device::Cpu).unwrap().with(golden.kernels);
        let teacher = network(frozen.root().sub("teacher"), size, categories);

        let mut masked = inputs(golden, "masked");
        if !size.attend_missing {
            let present =
                PerModality::from_fn(|m| golden.indices(&format!("present.{m}")).iter().map(|&x| x == 1).collect());
            masked = masked.attending_to(&present, &golden.indices("lengths"), time(golden)).unwrap();
        }
        let s = student.forward(&masked, DropoutKey::NONE).unwrap();
        let t = teacher.forward(&inputs(golden, "complete"), DropoutKey::NONE).unwrap();
        let truth = golden.indices("categories");
        let task = task(&s.logits, golden);
        let scd = scd(&s.representation, &t.representation, MARGIN, push, golden.kernels).unwrap();
        let cpd = cpd(&s.representation, &t.representation, &truth, counted).unwrap();
        let rcd = rcd_of_logits(&s.logits, &t.logits, &truth, &networks).unwrap();
        let kl = kl(&s.logits, &t.logits).unwrap();

        let loss = (&task + &scd).and_then(|sum| (sum + &cpd)? + &rcd).unwrap();
        let outputs = [
            ("representation", &s.representation),
            ("logits", &s.logits),
            ("task", &task),
            ("scd", &scd),
            ("cpd", &cpd),
            ("rcd", &rcd),
            ("kl", &kl),
        ];
        golden.check(&outputs, &loss, &[&params, &frozen], &[]);
    });
}

#[test]
fn the_students_whole_objective_by_the_defaults() {
    student("student3", 3, &SMALL, Push::Mean, None);
}

#[test]
fn the_students_whole_objective_without_a_modality() {
    student("student2", 2, &WIDE, Push::Mean, None);
}

#[test]
fn the_students_whole_objective_without_attention_to_missing_frames() {
    student("student4", 4, &Size { heads: 8, attend_missing: false, ..WIDE }, Push::Mean, None);
}

#[test]
fn the_students_whole_objective_by_the_other_choices() {
    let size = Size { pre_norm: false, attend_missing: false, ..SMALL };
    student("student7", 7, &size, Push::Sum, Some(7));
}

#[test]
fn the_students_whole_objective_of_one_sample() {
    student("student_one", 3, &SMALL, Push::Mean, None);
}
