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
//! A statistics network that tells no pair from another scores all of them 0, and each part's loss is 2 ln 2, 1.386: what
//! it is worth to know nothing.

use crate::jensen_shannon;
use candle_core::{Device, Result, Tensor};

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
/// # Errors
/// A tensor operation's.
pub fn rcd(
    student: &Tensor,
    teacher: &Tensor,
    categories: &[usize],
    target_scores: impl Fn(&Tensor, &Tensor) -> Result<Tensor>,
    other_scores: impl Fn(&Tensor, &Tensor) -> Result<Tensor>,
) -> Result<Tensor> {
    let teacher = split(&teacher.detach(), categories)?;
    let student = split(student, categories)?;
    let target = jensen_shannon(&target_scores(&teacher.target, &student.target)?)?;
    let others = jensen_shannon(&other_scores(&teacher.others, &student.others)?)?;
    (target + others)?.neg()
}

/// RCD of scores (N, 1). `pair_scores` is the statistics network, as in [`rcd`].
///
/// # Errors
/// A tensor operation's.
pub fn rcd_of_scores(
    student: &Tensor,
    teacher: &Tensor,
    pair_scores: impl Fn(&Tensor, &Tensor) -> Result<Tensor>,
) -> Result<Tensor> {
    jensen_shannon(&pair_scores(&teacher.detach(), student)?)?.neg()
}
