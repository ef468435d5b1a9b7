//! The losses' values and gradients against PyTorch's in f64 (`golden/losses.py`). RCD's are in corrkd-models, beside
//! its statistics network.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../corrkd-nn/tests/golden/mod.rs"]
mod golden;

use candle_core::{Device, Result, Tensor};
use corrkd_losses::{Push, cpd, jensen_shannon, kl, scd};
use corrkd_nn::cross_entropy;
use golden::Golden;

/// Checks a loss of the student's and the teacher's side, which must get no gradient.
fn check(case: &'static str, loss: impl Fn(&Tensor, &Tensor, &Golden) -> Result<Tensor>) {
    let golden = Golden::open("losses", case);
    let (s, t) = (golden.input("s"), golden.input("t"));
    let loss = loss(s.as_tensor(), t.as_tensor(), &golden).unwrap();
    golden.check(&[], &loss, [("s", &s), ("t", &t)]);
}

#[test]
fn scd_beyond_across_and_inside_the_margin_and_at_equal_vectors() {
    for case in ["scd_beyond", "scd_across", "scd_inside", "scd_equal", "scd_some_equal"] {
        check(case, |s, t, golden| scd(s, t, golden.input("margin").to_scalar()?, Push::Mean));
    }
}

#[test]
fn cpd_with_all_categories_without_one_and_with_single_samples() {
    for case in ["cpd_all", "cpd_absent", "cpd_single"] {
        check(case, |s, t, golden| cpd(s, t, &golden.indices("categories"), None));
    }
}

#[test]
fn kl_of_logits() {
    check("kl", |s, t, _| kl(s, t));
}

#[test]
fn cross_entropy_of_logits() {
    let golden = Golden::open("losses", "cross_entropy");
    let s = golden.input("s");
    let categories: Vec<u32> = golden.indices("categories").into_iter().map(|k| k as u32).collect();
    let loss = cross_entropy(s.as_tensor(), &Tensor::new(categories, &Device::Cpu).unwrap()).unwrap();
    golden.check(&[], &loss, [("s", &s)]);
}

#[test]
fn jensen_shannon_of_small_large_and_zero_scores() {
    let golden = Golden::open("losses", "jensen_shannon");
    let s = golden.input("s");
    golden.check(&[], &jensen_shannon(s.as_tensor()).unwrap(), [("s", &s)]);
}
