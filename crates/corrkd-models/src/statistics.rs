//! The statistics network F(x, y) of the mutual-information bound: an MLP with two hidden ReLU layers over a pair of
//! responses. Its size is open in the paper.

use candle_core::{Result, Tensor};
use corrkd_nn::{Linear, NnError, Scope};

/// F over a teacher's part and a student's part of P values each.
pub struct StatisticsNetwork {
    first: Linear,
    second: Linear,
    score: Linear,
}

impl StatisticsNetwork {
    /// Builds the parameters for parts of `inputs` values; `hidden` units in each hidden layer.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, inputs: usize, hidden: usize) -> std::result::Result<Self, NnError> {
        Ok(Self {
            first: Linear::new(scope.sub("first"), 2 * inputs, hidden)?,
            second: Linear::new(scope.sub("second"), hidden, hidden)?,
            score: Linear::new(scope.sub("score"), hidden, 1)?,
        })
    }

    /// The scores of all pairs, (N, N), of the teacher's (N, P) and the student's (N, P) parts.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, teacher: &Tensor, student: &Tensor) -> Result<Tensor> {
        let (samples, width) = teacher.dims2()?;
        let all = (samples, student.dim(0)?, width);
        let x = teacher.unsqueeze(1)?.broadcast_as(all)?;
        let y = student.unsqueeze(0)?.broadcast_as(all)?;
        let h = self.first.forward(&Tensor::cat(&[x, y], 2)?)?.relu()?; // (N, N, hidden)
        self.score.forward(&self.second.forward(&h)?.relu()?)?.squeeze(2)
    }
}
