//! Every loss's gradient against finite differences in f64, and no gradient for the teacher.

use candle_core::{Result, Tensor, Var};
use corrkd_losses::{Contrast, Decoupled, Distance, Loss, Push, cpd, dkd, kl, kl_of_scores, rcd, rcd_of_scores, scd};
use corrkd_nn::Kernels;
use corrkd_nn::gradcheck::{normal, worst_difference};

const CATEGORIES: [usize; 5] = [0, 2, 1, 2, 0];

fn check(loss: impl Fn(&Tensor, &Tensor) -> Result<Tensor>, width: usize) {
    let student = Var::from_tensor(&normal(1, &[5, width]).unwrap()).unwrap();
    let teacher = Var::from_tensor(&normal(2, &[5, width]).unwrap()).unwrap();
    let worst =
        worst_difference(std::slice::from_ref(&student), || loss(student.as_tensor(), teacher.as_tensor())).unwrap();
    assert!(worst < 1e-7, "finite differences disagree by {worst}");
    let gradients = loss(student.as_tensor(), teacher.as_tensor()).unwrap().backward().unwrap();
    assert!(gradients.get(teacher.as_tensor()).is_none(), "the teacher got a gradient");
}

/// As [`check`], of a loss that tells its parts.
fn check_value(loss: impl Fn(&Tensor, &Tensor) -> Result<Loss>, width: usize) {
    check(|s, t| Ok(loss(s, t)?.value), width);
}

#[test]
fn scd_inside_and_beyond_the_margin() {
    // Distances of 6-dimensional normal vectors lie near 3.5, near 1.4 as root mean squares and between unit vectors:
    // margins on either side of most of them, and across.
    for (distance, margins) in [
        (Distance::Euclidean, [0.5, 3.5, 9.0]),
        (Distance::RootMeanSquare, [0.5, 1.4, 4.0]),
        (Distance::Unit, [0.25, 1.4, 2.5]),
    ] {
        for (margin, push) in margins.into_iter().flat_map(|margin| [(margin, Push::Mean), (margin, Push::Sum)]) {
            check_value(|s, t| scd(s, t, Contrast { margin, distance, push }, Kernels::Composed), 6);
        }
    }
}

#[test]
fn cpd_with_three_categories() {
    check_value(|s, t| cpd(s, t, &CATEGORIES, None), 6);
    check_value(|s, t| cpd(s, t, &CATEGORIES, Some(7)), 6);
}

#[test]
fn kl_of_logits() {
    check(kl, 3);
}

#[test]
fn dkd_of_logits() {
    for categories in [2, 3, 4] {
        let truth: Vec<usize> = CATEGORIES.iter().map(|c| c % categories).collect();
        for (alpha, beta, temperature) in [(1.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 8.0, 4.0)] {
            check_value(|s, t| dkd(s, t, &truth, Decoupled { alpha, beta, temperature }), categories);
        }
    }
}

#[test]
fn rcd_through_softmax_and_of_scores() {
    let project = |seed: u64, x: &Tensor| x.matmul(&normal(seed, &[x.dim(1)?, 4])?)?.tanh();
    let scores = move |x: &Tensor, y: &Tensor| project(7, x)?.matmul(&project(8, y)?.t()?);
    for categories in [2, 3, 4] {
        let truth: Vec<usize> = CATEGORIES.iter().map(|c| c % categories).collect();
        check_value(|s, t| rcd(&corrkd_nn::softmax(s)?, &corrkd_nn::softmax(t)?, &truth, scores, scores), categories);
    }
    check_value(|s, t| rcd_of_scores(s, t, scores), 1);
}

#[test]
fn kl_of_normals_around_scores() {
    check(kl_of_scores, 1);
}
