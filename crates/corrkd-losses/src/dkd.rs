//! DKD, decoupled knowledge distillation (Zhao, Cui, Song, Qiu and Liang, CVPR 2022), a control that stands in RCD's
//! place: the divergence of the student's response from the teacher's, in two parts that are weighted apart.
//!
//! With responses softened by a temperature T, TCKD is the divergence between the teacher's and the student's
//! [target, all others], NCKD that between their distributions over the K - 1 other categories; the loss is
//! T^2 (alpha TCKD + beta NCKD). Plain distillation is alpha = 1 and, for each sample, beta = 1 - the teacher's target
//! response. With K = 2 there is one other category, and NCKD is zero.

use crate::{Loss, kl, split};
use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

/// How the two parts are put together; the defaults are those of its paper's experiments.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Decoupled {
    /// The factor alpha of TCKD.
    pub alpha: f64,
    /// The factor beta of NCKD.
    pub beta: f64,
    /// What logits are divided by, T > 0.
    pub temperature: f64,
}

impl Default for Decoupled {
    fn default() -> Self {
        Self { alpha: 1.0, beta: 8.0, temperature: 4.0 }
    }
}

/// The mean over samples of DKD for logits (N, K). It is made of `dkd.target`, T^2 alpha TCKD, and `dkd.others`, T^2 beta
/// NCKD, whose sum it is.
///
/// # Errors
/// A tensor operation's; a category must be below K, and K at least 2.
pub fn dkd(student: &Tensor, teacher: &Tensor, categories: &[usize], how: Decoupled) -> Result<Loss> {
    let softened = |logits: &Tensor| split(&(logits / how.temperature)?, categories);
    let (student, teacher) = (softened(student)?, softened(teacher)?);
    // The logarithm of the others' summed exponentials is the logit of them all, so that both parts are divergences of
    // logits, and no probability near 0 or 1 is ever taken from 1.
    let target_or_not =
        |target: &Tensor, others: &Tensor| Tensor::cat(&[target, &others.log_sum_exp(1)?.unsqueeze(1)?], 1); // (N, 2)
    let tckd =
        kl(&target_or_not(&student.target, &student.others)?, &target_or_not(&teacher.target, &teacher.others)?)?;
    let nckd = kl(&student.others, &teacher.others)?;
    let (target, others, scale) = ((tckd * how.alpha)?, (nckd * how.beta)?, how.temperature.powi(2));
    let parts = vec![("dkd.target", (&target * scale)?.into()), ("dkd.others", (&others * scale)?.into())];
    Ok(Loss { value: ((target + others)? * scale)?, parts })
}
