//! SCD, sample-level contrastive distillation: a student's representation is pulled to the teacher's of the same
//! sample and pushed away from the teacher's of other samples, up to a margin.
//!
//! Over every i and every j != i: D(Hs_i, Ht_i)^2 + max(0, eta - D(Hs_i, Ht_j))^2. The reduction is open in the paper;
//! here the mean over i of the pull plus the mean, or the sum, over j of the push.

use candle_core::{Result, Tensor};
use corrkd_nn::{Kernels, pairwise};
use serde::{Deserialize, Serialize};

/// How the pushes of one sample are put together. Open in the paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Push {
    /// Their mean over j.
    #[default]
    Mean,
    /// Their sum over j.
    Sum,
}

/// SCD of the student's and teacher's representations (N, D) for a margin eta; the distances take the form `kernels`. One
/// sample has no push.
///
/// # Errors
/// A tensor operation's.
pub fn scd(student: &Tensor, teacher: &Tensor, margin: f64, push: Push, kernels: Kernels) -> Result<Tensor> {
    let teacher = teacher.detach();
    let samples = student.dim(0)?;
    let pull = (student - &teacher)?.sqr()?.sum_all()?;
    let sum = if samples > 1 {
        let others = Tensor::eye(samples, student.dtype(), student.device())?.affine(-1.0, 1.0)?; // (N, N)
        let count = match push {
            Push::Mean => samples - 1,
            Push::Sum => 1,
        };
        let push = pairwise(student, &teacher, kernels)?.affine(-1.0, margin)?.relu()?.sqr()?; // (N, N)
        (pull + ((push * others)?.sum_all()? / count as f64)?)?
    } else {
        pull
    };
    sum / samples as f64
}
