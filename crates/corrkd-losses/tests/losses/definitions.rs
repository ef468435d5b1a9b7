//! The losses on small cases worked out by hand.

use candle_core::{Device, Result, Tensor, Var};
use corrkd_losses::{
    BLIND, Contrast, Decoupled, Distance, Loss, Push, cpd, dkd, jensen_shannon, kl, kl_of_scores, rcd, rcd_of_scores,
    scd, split,
};
use corrkd_nn::{Kernels, read_with};

fn rows<const D: usize>(rows: &[[f64; D]]) -> Tensor {
    Tensor::from_vec(rows.concat(), (rows.len(), D), &Device::Cpu).unwrap()
}

fn number(x: &Tensor) -> f64 {
    x.to_scalar::<f64>().unwrap()
}

fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-12, "{got}, expected {expected}");
}

/// As [`close`], of what a norm is guarded in.
fn near(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-9, "{got}, expected {expected}");
}

/// What a loss is made of.
fn parts(loss: &Loss) -> Vec<(&'static str, f64)> {
    read_with(&[], &loss.parts).unwrap().1
}

/// Holds parts of a loss to what they should be.
fn told(loss: &Loss, expected: &[(&str, f64)]) {
    let parts = parts(loss);
    for (name, value) in expected {
        let (_, got) = parts.iter().find(|(part, _)| part == name).unwrap_or_else(|| panic!("no {name}"));
        assert!((got - value).abs() < 1e-12, "{name} is {got}, expected {value}");
    }
}

/// SCD by Euclidean distances, with the mean of the pushes.
fn euclidean(student: &Tensor, teacher: &Tensor, margin: f64) -> Result<Loss> {
    let how = Contrast { margin, distance: Distance::Euclidean, push: Push::Mean };
    scd(student, teacher, how, Kernels::Composed)
}

#[test]
fn scd_of_one_sample_is_its_squared_distance() {
    let loss = euclidean(&rows(&[[3.0, 1.0]]), &rows(&[[0.0, 5.0]]), 1.2).unwrap();
    close(number(&loss.value), 25.0);
    told(&loss, &[("scd.pull", 25.0)]);
}

#[test]
fn scd_of_equal_samples_pushes_with_the_whole_margin() {
    let same = rows(&[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]);
    for distance in [Distance::Unit, Distance::RootMeanSquare, Distance::Euclidean] {
        // At distance zero the push has no direction: the gradient is zero, and above all finite.
        let student = Var::from_tensor(&same).unwrap();
        let how = Contrast { margin: 1.2, distance, push: Push::Mean };
        let loss = scd(student.as_tensor(), &same, how, Kernels::Composed).unwrap();
        close(number(&loss.value), 1.44);
        told(&loss, &[("scd.pull", 0.0), ("scd.push", 1.44), ("scd.within", 1.0), ("scd.nearest", 0.0)]);
        let gradients = loss.value.backward().unwrap();
        let gradient = gradients.get(student.as_tensor()).unwrap().to_vec2::<f64>().unwrap().concat();
        assert_eq!(gradient, [0.0; 6]);
    }
}

#[test]
fn scd_beyond_the_margin_only_pulls() {
    // Pulls 1 and 4; the cross distances sqrt(145) and 10 lie beyond 1.2.
    let student = rows(&[[0.0, 1.0], [10.0, 0.0]]);
    let teacher = rows(&[[0.0, 0.0], [12.0, 0.0]]);
    let loss = euclidean(&student, &teacher, 1.2).unwrap();
    close(number(&loss.value), 2.5);
    told(&loss, &[("scd.pull", 2.5), ("scd.push", 0.0), ("scd.within", 0.0), ("scd.nearest", 10.0)]);
    // A pair at the margin is not pushed, and not within it.
    told(&euclidean(&student, &teacher, 10.0).unwrap(), &[("scd.push", 0.0), ("scd.within", 0.0)]);
    // With eta = 12 one of the two pairs is within it: a push of (12 - 10)^2.
    told(&euclidean(&student, &teacher, 12.0).unwrap(), &[("scd.push", 2.0), ("scd.within", 0.5)]);
    // With eta = 13: pushes (13 - sqrt(145))^2 and (13 - 10)^2.
    let loss = euclidean(&student, &teacher, 13.0).unwrap();
    close(number(&loss.value), (5.0 + (13.0 - 145f64.sqrt()).powi(2) + 9.0) / 2.0);
}

#[test]
fn scd_pushes_are_averaged_or_summed() {
    // All distances 0: each of three samples is pushed twice by eta^2 = 4.
    let same = rows(&[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]);
    for (push, expected) in [(Push::Mean, 4.0), (Push::Sum, 8.0)] {
        let how = Contrast { margin: 2.0, distance: Distance::Euclidean, push };
        close(number(&scd(&same, &same, how, Kernels::Composed).unwrap().value), expected);
    }
}

/// Lengths do not count between unit vectors; the width does not between root mean squares.
#[test]
fn scd_distances_by_hand() {
    let of = |distance, student: &Tensor, teacher: &Tensor| {
        let how = Contrast { margin: 1.5, distance, push: Push::Mean };
        scd(student, teacher, how, Kernels::Composed).unwrap()
    };
    // Directions at right angles, against each other, and the same.
    let loss = of(Distance::Unit, &rows(&[[0.0, 2.0], [5.0, 0.0]]), &rows(&[[7.0, 0.0], [-0.5, 0.0]]));
    near(number(&loss.value), (2.0 + 4.0) / 2.0 + ((1.5 - 2f64.sqrt()).powi(2) + 1.5f64.powi(2)) / 2.0);
    let parts: Vec<f64> = parts(&loss).into_iter().map(|(_, value)| value).collect();
    near(parts[0], 3.0);
    assert_eq!(parts[2..], [1.0, 0.0]);
    // A zero vector has length one from all others, and a gradient that is finite.
    let student = Var::from_tensor(&rows(&[[0.0, 0.0]])).unwrap();
    let loss = of(Distance::Unit, student.as_tensor(), &rows(&[[3.0, 4.0]]));
    near(number(&loss.value), 1.0);
    let gradient = loss.value.backward().unwrap().get(student.as_tensor()).unwrap().to_vec2::<f64>().unwrap().concat();
    assert!(gradient.iter().all(|g| g.is_finite()), "{gradient:?}");
    // Every element is 3 off: whatever the width.
    near(number(&of(Distance::RootMeanSquare, &rows(&[[1.0, 2.0]]), &rows(&[[4.0, -1.0]])).value), 9.0);
    near(number(&of(Distance::RootMeanSquare, &rows(&[[1.0; 5]]), &rows(&[[-2.0; 5]])).value), 9.0);
}

#[test]
fn cpd_by_hand() {
    // Prototypes: student c_0 = (1, 0), c_1 = (0, 1); teacher c_0 = (0, 1), c_1 = (0, 1).
    // Ms = [[1, 0], [0, 1]], Mt = [[1, 1], [1, 1]]: the mean of |0|, |-1|, |-1|, |0| is one half.
    let student = rows(&[[2.0, 0.0], [0.0, 5.0]]);
    let teacher = rows(&[[0.0, 1.0], [0.0, 3.0]]);
    let loss = |categories: &[usize]| number(&cpd(&student, &teacher, categories, None).unwrap().value);
    told(&cpd(&student, &teacher, &[0, 6], None).unwrap(), &[("cpd.categories", 2.0)]);
    told(&cpd(&student, &teacher, &[3, 3], Some(7)).unwrap(), &[("cpd.categories", 1.0)]);
    assert!((loss(&[0, 1]) - 0.5).abs() < 1e-9);
    // Category 1 is absent: the same prototypes under other names, and K is still 2.
    assert!((loss(&[0, 6]) - 0.5).abs() < 1e-9);
    // Counted all the same, K is 7: the sum of 2 over 2 samples and 7 categories.
    let counted = number(&cpd(&student, &teacher, &[0, 6], Some(7)).unwrap().value);
    assert!((counted - 2.0 / 14.0).abs() < 1e-9);
    // Only one category: c_s = (1, 2.5), cosines 1/sqrt(7.25) and 2.5/sqrt(7.25) against the teacher's 1 and 1.
    let root = 7.25f64.sqrt();
    assert!((loss(&[3, 3]) - ((1.0 - 1.0 / root) + (1.0 - 2.5 / root)) / 2.0).abs() < 1e-9);
}

#[test]
fn responses_split_by_category() {
    let responses = rows(&[[0.1, 0.2, 0.3, 0.4], [0.5, 0.2, 0.2, 0.1]]);
    let parts = split(&responses, &[2, 0]).unwrap();
    assert_eq!(parts.target.to_vec2::<f64>().unwrap(), [[0.3], [0.5]]);
    assert_eq!(parts.others.to_vec2::<f64>().unwrap(), [[0.1, 0.2, 0.4], [0.2, 0.2, 0.1]]);
    let two = split(&rows(&[[0.3, 0.7], [0.6, 0.4]]), &[1, 1]).unwrap();
    assert_eq!(two.target.to_vec2::<f64>().unwrap(), [[0.7], [0.4]]);
    assert_eq!(two.others.to_vec2::<f64>().unwrap(), [[0.3], [0.6]]);
}

#[test]
fn jensen_shannon_by_hand() {
    let softplus = |x: f64| (1.0 + x.exp()).ln();
    let scores = rows(&[[1.0, -2.0], [0.5, 3.0]]);
    let expected = -(softplus(-1.0) + softplus(-3.0)) / 2.0 - (softplus(-2.0) + softplus(0.5)) / 2.0;
    close(number(&jensen_shannon(&scores).unwrap()), expected);
    close(number(&jensen_shannon(&rows(&[[1.0]])).unwrap()), -softplus(-1.0));
    // A blind critic, F = 0, knows nothing: the bound is -2 ln 2. Huge scores stay finite.
    close(number(&jensen_shannon(&rows(&[[0.0, 0.0], [0.0, 0.0]])).unwrap()), -2.0 * 2f64.ln());
    close(number(&jensen_shannon(&rows(&[[1e6, -1e6], [-1e6, 1e6]])).unwrap()), 0.0);
}

/// With the critic F(x, y) = x . y, written out pair by pair.
#[test]
fn rcd_by_hand_with_two_and_four_categories() {
    let softplus = |x: f64| (1.0 + x.exp()).ln();
    // Two samples: joint scores f(1,1), f(2,2), marginal scores f(1,2), f(2,1).
    let bound = |joint: [f64; 2], marginal: [f64; 2]| {
        -(softplus(-joint[0]) + softplus(-joint[1])) / 2.0 - (softplus(marginal[0]) + softplus(marginal[1])) / 2.0
    };
    let dot = |x: &Tensor, y: &Tensor| x.matmul(&y.t()?);

    // K = 2: target responses 0.9, 0.8 and 0.7, 0.6; the non-target ones are 1 minus these.
    let teacher = rows(&[[0.9, 0.1], [0.2, 0.8]]);
    let student = rows(&[[0.7, 0.3], [0.4, 0.6]]);
    let target = bound([0.9 * 0.7, 0.8 * 0.6], [0.9 * 0.6, 0.8 * 0.7]);
    let others = bound([0.1 * 0.3, 0.2 * 0.4], [0.1 * 0.4, 0.2 * 0.3]);
    let loss = rcd(&student, &teacher, &[0, 1], dot, dot).unwrap();
    close(number(&loss.value), -(target + others));
    told(&loss, &[("rcd.target", target), ("rcd.others", others)]);
    // One sample has no marginals, and no bound.
    assert_eq!(rcd(&rows(&[[0.7, 0.3]]), &rows(&[[0.9, 0.1]]), &[0], dot, dot).unwrap().parts.len(), 0);

    // K = 4, categories 2 and 0: the non-target parts keep the order of the categories.
    let teacher = rows(&[[0.1, 0.2, 0.6, 0.1], [0.5, 0.3, 0.0, 0.2]]);
    let student = rows(&[[0.2, 0.2, 0.4, 0.2], [0.4, 0.1, 0.3, 0.2]]);
    let target = bound([0.6 * 0.4, 0.5 * 0.4], [0.6 * 0.4, 0.5 * 0.4]);
    let others = bound(
        [0.1 * 0.2 + 0.2 * 0.2 + 0.1 * 0.2, 0.3 * 0.1 + 0.0 * 0.3 + 0.2 * 0.2],
        [0.1 * 0.1 + 0.2 * 0.3 + 0.1 * 0.2, 0.3 * 0.2 + 0.0 * 0.2 + 0.2 * 0.2],
    );
    close(number(&rcd(&student, &teacher, &[2, 0], dot, dot).unwrap().value), -(target + others));
}

#[test]
fn kl_by_hand() {
    // Teacher (1/4, 3/4), student (1/2, 1/2): 1/4 ln 1/2 + 3/4 ln 3/2.
    let (student, teacher) = (rows(&[[0.0, 0.0]]), rows(&[[0.0, 3f64.ln()]]));
    close(number(&kl(&student, &teacher).unwrap()), 0.25 * 0.5f64.ln() + 0.75 * 1.5f64.ln());
    close(number(&kl(&teacher, &teacher).unwrap()), 0.0);
}

/// A regression's response is one score: one part of RCD, and normals of variance one in KL's place.
#[test]
fn scores_by_hand() {
    let (student, teacher) = (rows(&[[1.0], [-2.0]]), rows(&[[3.0], [-1.0]]));
    close(number(&kl_of_scores(&student, &teacher).unwrap()), (2.0 + 0.5) / 2.0);
    let product = |x: &Tensor, y: &Tensor| x.matmul(&y.t()?);
    let softplus = |x: f64| (1.0 + x.exp()).ln();
    // Joint scores 3 and 2, marginal ones -6 and -1.
    let expected = (softplus(-3.0) + softplus(-2.0)) / 2.0 + (softplus(-6.0) + softplus(-1.0)) / 2.0;
    close(number(&rcd_of_scores(&student, &teacher, product).unwrap().value), expected);
    // What knows nothing: 2 ln 2 a part.
    let blind = |x: &Tensor, _: &Tensor| Tensor::zeros((x.dim(0)?, x.dim(0)?), x.dtype(), x.device());
    let loss = rcd_of_scores(&student, &teacher, blind).unwrap();
    close(number(&loss.value), 2.0 * 2f64.ln());
    told(&loss, &[("rcd.score", BLIND)]);
}

#[test]
fn dkd_by_hand() {
    // Softened by T = 2 the responses are (1/2, 1/4, 1/4) and (1/4, 1/4, 1/2). Of category 0 the teacher says 1/2 to 1/2,
    // the student 1/4 to 3/4; among the others the teacher 1/2 to 1/2, the student 1/3 to 2/3.
    let logits = |softened: [f64; 3]| rows(&[softened.map(|r| 2.0 * r.ln() + 7.0)]);
    let (teacher, student) = (logits([0.5, 0.25, 0.25]), logits([0.25, 0.25, 0.5]));
    let of = |alpha, beta| dkd(&student, &teacher, &[0], Decoupled { alpha, beta, temperature: 2.0 }).unwrap();
    let loss = |alpha, beta| number(&of(alpha, beta).value);
    let tckd = 0.5 * 2f64.ln() + 0.5 * (2.0 / 3.0f64).ln();
    let nckd = 0.5 * 1.5f64.ln() + 0.5 * 0.75f64.ln();
    close(loss(1.0, 0.0), 4.0 * tckd);
    close(loss(0.0, 1.0), 4.0 * nckd);
    close(loss(1.0, 8.0), 4.0 * (tckd + 8.0 * nckd));
    told(&of(1.0, 8.0), &[("dkd.target", 4.0 * tckd), ("dkd.others", 32.0 * nckd)]);

    // Of two categories there is one other, about which all agree: beta does not matter, in value or gradient.
    let (student, teacher) = (Var::from_tensor(&rows(&[[0.5, -1.0]])).unwrap(), rows(&[[3.0, 1.0]]));
    let loss = dkd(student.as_tensor(), &teacher, &[1], Decoupled { alpha: 0.0, beta: 8.0, temperature: 4.0 }).unwrap();
    assert_eq!(number(&loss.value), 0.0);
    told(&loss, &[("dkd.others", 0.0)]);
    let gradient = loss.value.backward().unwrap().get(student.as_tensor()).unwrap().to_vec2::<f64>().unwrap().concat();
    assert_eq!(gradient, [0.0; 2]);
}
