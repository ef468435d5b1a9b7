//! CPD, category-guided prototype distillation: where a sample stands among the categories' prototypes.
//!
//! The prototype c_k is the mean representation of the batch's samples of category k, one set for teacher and one for
//! student; M(i, k) = cos(H_i, c_k); the loss is the mean over i and k of |Ms(i, k) - Mt(i, k)|. A category that is
//! absent from the batch is left out of the sum, and of K unless it is to be counted (open in the paper).

use crate::Loss;
use crate::unit::unit;
use candle_core::{Device, Result, Tensor};
use corrkd_nn::Number;

/// CPD of the student's and teacher's representations (N, D) for the samples' categories. The sum is divided by the
/// number of categories in the batch, or by `counted` where absent ones count as well.
///
/// It tells `cpd.categories`, the number of categories in the batch.
///
/// # Errors
/// A tensor operation's.
pub fn cpd(student: &Tensor, teacher: &Tensor, categories: &[usize], counted: Option<usize>) -> Result<Loss> {
    let averages = averages(categories, student.device())?.to_dtype(student.dtype())?; // (K present, N)
    let of_student = similarities(student, &averages)?;
    let of_teacher = similarities(&teacher.detach(), &averages)?;
    let present = averages.dim(0)?;
    let divisor = categories.len() * counted.unwrap_or(present);
    let difference = (of_student - of_teacher)?;
    // Not candle's `abs`, whose gradient at zero is one: equal similarities must pull nowhere.
    let value = ((difference.relu()? + difference.neg()?.relu()?)?.sum_all()? / divisor as f64)?;
    Ok(Loss { value, parts: vec![("cpd.categories", Number::Known(present as f64))] })
}

/// The rows that average a batch's samples of each category present, (K present, N).
fn averages(categories: &[usize], device: &Device) -> Result<Tensor> {
    let mut present = categories.to_vec();
    present.sort_unstable();
    present.dedup();
    let weights: Vec<f64> = present
        .iter()
        .flat_map(|k| {
            let share = 1.0 / categories.iter().filter(|c| *c == k).count() as f64;
            categories.iter().map(move |c| if c == k { share } else { 0.0 })
        })
        .collect();
    Tensor::from_vec(weights, (present.len(), categories.len()), &Device::Cpu)?.to_device(device)
}

/// Cosines between representations (N, D) and their prototypes, (N, K present); a zero vector has cosine 0 with everything.
fn similarities(representations: &Tensor, averages: &Tensor) -> Result<Tensor> {
    let prototypes = averages.matmul(representations)?;
    unit(representations)?.matmul(&unit(&prototypes)?.t()?)
}
