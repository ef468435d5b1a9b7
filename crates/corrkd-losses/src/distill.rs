//! Plain knowledge distillation: the Kullback-Leibler divergence between two responses, in the paper's ablation what
//! stands in RCD's place.

use candle_core::{Result, Tensor};
use corrkd_nn::{log_softmax, softmax};

/// The mean over samples of KL(softmax(teacher) || softmax(student)) for logits (N, K).
///
/// # Errors
/// A tensor operation's.
pub fn kl(student: &Tensor, teacher: &Tensor) -> Result<Tensor> {
    let teacher = teacher.detach();
    let difference = (log_softmax(&teacher)? - log_softmax(student)?)?;
    (softmax(&teacher)? * difference)?.sum_all()? / student.dim(0)? as f64
}
