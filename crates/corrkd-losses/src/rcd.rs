//! RCD, response-disentangled consistency distillation: a response (K probabilities) is split by the true category
//! into the target response (one value) and the non-target responses (K - 1 values, not renormalised); the mutual
//! information between teacher and student is maximised for each part by itself:
//! L = -(MI(TCR_t, TCR_s) + MI(NTCR_t, NTCR_s)).
//!
//! With K = 2 the one non-target response is 1 minus the target response: it says the same thing again. With more, the
//! non-target responses of two samples of different categories stand for different categories, place by place; so the
//! marginal pairs, and with them the loss, depend on the order in which the categories are numbered.
//!
//! A regression's response is the score, which has no parts (the paper has no regression; open): L = -MI(score_t, score_s).
//!
//! A statistics network that tells no pair from another scores all of them 0, and each bound is [`BLIND`]: what it is worth
//! to know nothing.

use crate::{Loss, jensen_shannon};
use candle_core::{Device, Result, Tensor};
use corrkd_nn::Number;
use std::f64::consts::LN_2;

/// The bound on mutual information of a statistics network that tells no pair from another: -2 ln 2, -1.386. One that is
/// no higher says nothing.
pub const BLIND: f64 = -2.0 * LN_2;

/// A batch of responses in two parts.
pub struct Parts {
    /// Target responses (N, 1).
    pub target: Tensor,
    /// Non-target responses (N, K - 1), in the categories' order with the target's taken out.
    pub others: Tensor,
}

/// Splits responses (N, K) by the samples' categories.
///
/// # Errors
/// A tensor operation's; a category must be below K.
pub fn split(responses: &Tensor, categories: &[usize]) -> Result<Parts> {
    let (samples, width) = responses.dims2()?;
    let device = responses.device();
    let target: Vec<u32> = categories.iter().map(|&k| k as u32).collect();
    let others: Vec<u32> =
        categories.iter().flat_map(|&k| (0..width).filter(move |&j| j != k).map(|j| j as u32)).collect();
    let pick = |index: Vec<u32>, columns: usize| {
        responses.gather(&Tensor::from_vec(index, (samples, columns), &Device::Cpu)?.to_device(device)?, 1)
    };
    Ok(Parts { target: pick(target, 1)?, others: pick(others, width - 1)? })
}

/// RCD of responses (N, K). `target_scores` and `other_scores` are the statistics networks of the two parts: from
/// the teacher's part (N, P) and the student's (N, P) to the scores of all pairs (N, N).
///
/// It is made of the two bounds `rcd.target` and `rcd.others`, the negative of whose sum it is; of one sample, which has no
/// marginals, there are none.
///
/// # Errors
/// A tensor operation's.
pub fn rcd(
    student: &Tensor,
    teacher: &Tensor,
    categories: &[usize],
    target_scores: impl Fn(&Tensor, &Tensor) -> Result<Tensor>,
    other_scores: impl Fn(&Tensor, &Tensor) -> Result<Tensor>,
) -> Result<Loss> {
    let teacher = split(&teacher.detach(), categories)?;
    let student = split(student, categories)?;
    let target = jensen_shannon(&target_scores(&teacher.target, &student.target)?)?;
    let others = jensen_shannon(&other_scores(&teacher.others, &student.others)?)?;
    let parts = told(&[("rcd.target", &target), ("rcd.others", &others)], categories.len());
    Ok(Loss { value: (target + others)?.neg()?, parts })
}

/// RCD of scores (N, 1). `pair_scores` is the statistics network, as in [`rcd`]; the bound is told as `rcd.score`.
///
/// # Errors
/// A tensor operation's.
pub fn rcd_of_scores(
    student: &Tensor,
    teacher: &Tensor,
    pair_scores: impl Fn(&Tensor, &Tensor) -> Result<Tensor>,
) -> Result<Loss> {
    let score = jensen_shannon(&pair_scores(&teacher.detach(), student)?)?;
    let parts = told(&[("rcd.score", &score)], student.dim(0)?);
    Ok(Loss { value: score.neg()?, parts })
}

/// Bounds as parts, where the batch has pairs of different samples.
fn told(bounds: &[(&'static str, &Tensor)], samples: usize) -> Vec<(&'static str, Number)> {
    match samples {
        1 => Vec::new(),
        _ => bounds.iter().map(|&(name, bound)| (name, bound.clone().into())).collect(),
    }
}
