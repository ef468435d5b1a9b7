//! Values and gradients of RCD with its statistics networks, of the whole teacher, and of the student's whole objective,
//! against PyTorch's (`src/corrkd/golden/network.py`).

use crate::golden::{Golden, Place};
use candle_core::{DType, Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_losses::{Contrast, Distance, Push, cpd, kl, kl_of_scores, rcd, rcd_of_scores, scd};
use corrkd_methods::corrkd::{Network, Probabilities, Size, StatisticsNetwork};
use corrkd_nn::{DropoutKey, Params, Scope, cross_entropy, mean_absolute_error, softmax};
use corrkd_train::Inputs;

const FILE: &[u8] = include_bytes!("../../src/corrkd/golden/network.safetensors");
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

/// SCD as the file's cases have it.
fn contrast(push: Push) -> Contrast {
    Contrast { margin: MARGIN, distance: Distance::Euclidean, push }
}

/// RCD of logits (N, K).
fn rcd_of_logits(s: &Tensor, t: &Tensor, categories: &[usize], networks: &[StatisticsNetwork; 2]) -> Result<Tensor> {
    let [target, others] = networks;
    let loss = rcd(&softmax(s)?, &softmax(t)?, categories, |t, s| target.forward(t, s), |t, s| others.forward(t, s))?;
    Ok(loss.value)
}

// A ReLU has no derivative at zero; PyTorch takes 0 there and candle 1, and either is a subgradient. RCD stands on that
// kink while its biases are still zero, where a response is exactly 0 for teacher and student or where no unit of the
// first layer answers to a pair. These cases have such responses, but biases that are not zero.
fn rcd_of_normal_and_saturated_logits_and_of_one_sample(place: &Place) {
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
        Golden::each(place, FILE, case, |golden| {
            let (s, t) = (golden.input("s"), golden.input("t"));
            let mut params = golden.params();
            let networks = statistics(params.root(), s.dim(1).unwrap());
            params.load(&golden.inputs).unwrap();
            let loss = rcd_of_logits(s.as_tensor(), t.as_tensor(), &golden.indices("categories"), &networks).unwrap();
            golden.check(&[], &loss, &[&params], &[("s", &s), ("t", &t)]);
        });
    }
}

fn rcd_of_scores_and_of_one_score(place: &Place) {
    for case in ["rcd_of_scores", "rcd_of_scores_one"] {
        Golden::each(place, FILE, case, |golden| {
            let (s, t) = (golden.input("s"), golden.input("t"));
            let mut params = golden.params();
            let network = StatisticsNetwork::new(params.root(), 1, 6).unwrap();
            params.load(&golden.inputs).unwrap();
            let loss = rcd_of_scores(s.as_tensor(), t.as_tensor(), |t, s| network.forward(t, s)).unwrap().value;
            golden.check(&[], &loss, &[&params], &[("s", &s), ("t", &t)]);
        });
    }
}

/// A batch of the file: the features `SIDE.MODALITY` (B, T, D), which go on behind the sequences' ends.
fn inputs(golden: &Golden, side: &str) -> Inputs {
    let of = |m: Modality| golden.inputs[&format!("{side}.{m}")].to_dtype(DType::F32).unwrap();
    let values = PerModality::from_fn(|m| of(m).flatten_all().unwrap().to_vec1().unwrap());
    let lengths = lengths(golden);
    Inputs::new(values, &lengths, &time(&lengths), &WIDTHS, golden.dtype, &golden.device).unwrap()
}

/// The samples' numbers of frames: one for all modalities, or one for each.
fn lengths(golden: &Golden) -> PerModality<Vec<usize>> {
    PerModality::from_fn(|m| match golden.inputs.contains_key("lengths") {
        true => golden.indices("lengths"),
        false => golden.indices(&format!("lengths.{m}")),
    })
}

/// The number of frames T of each modality.
fn time(lengths: &PerModality<Vec<usize>>) -> PerModality<usize> {
    lengths.map(|_, lengths| lengths.iter().copied().max().unwrap())
}

/// What the student sees.
fn masked(golden: &Golden, size: &Size) -> Inputs {
    let masked = inputs(golden, "masked");
    if size.attend_missing {
        return masked;
    }
    let present = PerModality::from_fn(|m| golden.indices(&format!("present.{m}")).iter().map(|&x| x == 1).collect());
    let lengths = lengths(golden);
    masked.attending_to(&present, &lengths, &time(&lengths)).unwrap()
}

/// The file's teacher, frozen, and its network.
fn teacher_of(golden: &Golden, size: &Size, numbers: usize) -> (Params, Network) {
    let values = golden.inputs.clone().into_iter().filter(|(name, _)| name.starts_with("teacher.")).collect();
    let mut frozen = Params::frozen(&values, golden.dtype, &golden.device).unwrap().with(golden.kernels);
    let teacher = network(frozen.root().sub("teacher"), size, numbers);
    (frozen, teacher)
}

/// A teacher or a student without dropout.
fn network(scope: Scope<'_>, size: &Size, categories: usize) -> Network {
    let none = Probabilities { language: 0.0, attention: 0.0, feed_forward: 0.0, residual: 0.0, output: 0.0 };
    Network::new(scope, &WIDTHS, size, &none, categories).unwrap()
}

/// The task's loss of logits.
fn task(logits: &Tensor, golden: &Golden) -> Tensor {
    let targets: Vec<u32> = golden.indices("categories").into_iter().map(|k| k as u32).collect();
    cross_entropy(logits, &Tensor::new(targets, &golden.device).unwrap()).unwrap()
}

fn the_whole_teacher(place: &Place) {
    let post = Size { pre_norm: false, ..SMALL };
    for (case, size) in [("teacher_small", SMALL), ("teacher_wide", WIDE), ("teacher_post", post)] {
        Golden::each(place, FILE, case, |golden| {
            let mut params = golden.params();
            let teacher = network(params.root().sub("teacher"), &size, 3);
            params.load(&golden.inputs).unwrap();
            let output = teacher.forward(&inputs(golden, "complete"), DropoutKey::NONE).unwrap();
            let outputs = [("representation", &output.representation), ("logits", &output.logits)];
            golden.check(&outputs, &task(&output.logits, golden), &[&params], &[]);
        });
    }
}

/// A student of K categories and its teacher, with all four losses.
fn student(place: &Place, case: &str, categories: usize, size: &Size, push: Push, counted: Option<usize>) {
    Golden::each(place, FILE, case, |golden| {
        let mut params = golden.params();
        let student = network(params.root().sub("student"), size, categories);
        let networks = statistics(params.root().sub("statistics"), categories);
        params.load(&golden.inputs).unwrap();
        let (frozen, teacher) = teacher_of(golden, size, categories);
        let s = student.forward(&masked(golden, size), DropoutKey::NONE).unwrap();
        let t = teacher.forward(&inputs(golden, "complete"), DropoutKey::NONE).unwrap();
        let truth = golden.indices("categories");
        let task = task(&s.logits, golden);
        let scd = scd(&s.representation, &t.representation, contrast(push), golden.kernels).unwrap().value;
        let cpd = cpd(&s.representation, &t.representation, &truth, counted).unwrap().value;
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

fn the_students_whole_objective_by_the_defaults(place: &Place) {
    student(place, "student3", 3, &SMALL, Push::Mean, None);
}

fn the_students_whole_objective_without_a_modality(place: &Place) {
    student(place, "student2", 2, &WIDE, Push::Mean, None);
}

fn the_students_whole_objective_without_attention_to_missing_frames(place: &Place) {
    student(place, "student4", 4, &Size { heads: 8, attend_missing: false, ..WIDE }, Push::Mean, None);
}

fn the_students_whole_objective_by_the_other_choices(place: &Place) {
    let size = Size { pre_norm: false, attend_missing: false, ..SMALL };
    student(place, "student7", 7, &size, Push::Sum, Some(7));
}

fn the_students_whole_objective_of_one_sample(place: &Place) {
    student(place, "student_one", 3, &SMALL, Push::Mean, None);
}

/// Each modality has frames of its own, and in each another sample is the longest.
fn sequences_of_different_lengths(place: &Place) {
    let apart = Size { attend_missing: false, ..SMALL };
    let cases = [
        ("unaligned", SMALL, 3),
        ("unaligned_post", Size { pre_norm: false, ..apart }, 3),
        ("unaligned_wide", Size { attend_missing: false, ..WIDE }, 2),
    ];
    for (case, size, categories) in cases {
        Golden::each(place, FILE, case, |golden| {
            let mut params = golden.params();
            let student = network(params.root().sub("student"), &size, categories);
            params.load(&golden.inputs).unwrap();
            let (frozen, teacher) = teacher_of(golden, &size, categories);
            let s = student.forward(&masked(golden, &size), DropoutKey::NONE).unwrap();
            let t = teacher.forward(&inputs(golden, "complete"), DropoutKey::NONE).unwrap();
            let scd = scd(&s.representation, &t.representation, contrast(Push::Mean), golden.kernels).unwrap().value;
            let loss = (task(&s.logits, golden) + scd).unwrap();
            let outputs = [
                ("representation", &s.representation),
                ("logits", &s.logits),
                ("teacher", &t.representation),
                ("teacher_logits", &t.logits),
            ];
            golden.check(&outputs, &loss, &[&params, &frozen], &[]);
        });
    }
}

/// On a scale from 1 to 7 with 4 as the neutral value, of sequences of different lengths.
fn the_whole_objective_of_a_regression(place: &Place) {
    Golden::each(place, FILE, "regression", |golden| {
        let mut params = golden.params();
        let student = network(params.root().sub("student"), &SMALL, 1);
        let statistics = StatisticsNetwork::new(params.root().sub("statistics.score"), 1, 6).unwrap();
        params.load(&golden.inputs).unwrap();
        let (frozen, teacher) = teacher_of(golden, &SMALL, 1);
        let s = student.forward(&masked(golden, &SMALL), DropoutKey::NONE).unwrap();
        let t = teacher.forward(&inputs(golden, "complete"), DropoutKey::NONE).unwrap();
        let scores = (s.logits.squeeze(1).unwrap() + 4.0).unwrap();
        let task = mean_absolute_error(&scores, &golden.input("labels").as_detached_tensor()).unwrap();
        let scd = scd(&s.representation, &t.representation, contrast(Push::Mean), golden.kernels).unwrap().value;
        let cpd = cpd(&s.representation, &t.representation, &golden.indices("categories"), None).unwrap().value;
        let rcd = rcd_of_scores(&s.logits, &t.logits, |t, s| statistics.forward(t, s)).unwrap().value;
        let kl = kl_of_scores(&s.logits, &t.logits).unwrap();
        let loss = (&task + &scd).and_then(|sum| (sum + &cpd)? + &rcd).unwrap();
        let outputs = [
            ("representation", &s.representation),
            ("number", &s.logits),
            ("task", &task),
            ("scd", &scd),
            ("cpd", &cpd),
            ("rcd", &rcd),
            ("kl", &kl),
        ];
        golden.check(&outputs, &loss, &[&params, &frozen], &[]);
    });
}

proofs![
    rcd_of_normal_and_saturated_logits_and_of_one_sample,
    rcd_of_scores_and_of_one_score,
    the_whole_teacher,
    the_students_whole_objective_by_the_defaults,
    the_students_whole_objective_without_a_modality,
    the_students_whole_objective_without_attention_to_missing_frames,
    the_students_whole_objective_by_the_other_choices,
    the_students_whole_objective_of_one_sample,
    sequences_of_different_lengths,
    the_whole_objective_of_a_regression
];
