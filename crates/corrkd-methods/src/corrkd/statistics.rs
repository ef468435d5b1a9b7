//! The statistics network F(x, y) of the mutual-information bound: an MLP with two hidden ReLU layers over a pair of
//! responses. Its size is open in the paper.

use candle_core::{Result, Tensor};
use corrkd_nn::{NnError, PairScores, Scope};

/// F over a teacher's part and a student's part of P values each.
pub struct StatisticsNetwork(PairScores);

impl StatisticsNetwork {
    /// Builds the parameters for parts of `inputs` values; `hidden` units in each hidden layer.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(scope: Scope<'_>, inputs: usize, hidden: usize) -> std::result::Result<Self, NnError> {
        Ok(Self(PairScores::new(scope, inputs, hidden)?))
    }

    /// The scores of all pairs, (N, N), of the teacher's (N, P) and the student's (N, P) parts.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, teacher: &Tensor, student: &Tensor) -> Result<Tensor> {
        self.0.forward(teacher, student)
    }
}
