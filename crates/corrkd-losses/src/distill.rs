//! Plain knowledge distillation: the Kullback-Leibler divergence between two responses, in the paper's ablation what
//! stands in RCD's place. Of scores, which the paper has none of, the divergence is that between two normal distributions
//! of variance one around them (open).

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

/// The mean over samples of KL(normal(teacher, 1) || normal(student, 1)) = (teacher - student)^2 / 2 for scores (N, 1).
///
/// # Errors
/// A tensor operation's.
pub fn kl_of_scores(student: &Tensor, teacher: &Tensor) -> Result<Tensor> {
    (student - teacher.detach())?.sqr()?.sum_all()? / (2 * student.dim(0)?) as f64
}
