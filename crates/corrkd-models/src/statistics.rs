//! The statistics network F(x, y) of the mutual-information bound: two hidden ReLU layers over a pair of responses.
//! Its size is open in the paper.

use candle_core::{Result, Tensor};
use corrkd_nn::{Linear, NnError, Scope};

/// F over a teacher's part and a student's part of P values each.
pub struct StatisticsNetwork {
    of_teacher: Linear,
    of_student: Linear,
    hidden: Linear,
    score: Linear,
}

impl StatisticsNetwork {
    /// Builds the parameters; `hidden` units in each hidden layer. The first layer over the pair [x, y] is held as two
    /// layers whose outputs are added.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, inputs: usize, hidden: usize) -> std::result::Result<Self, NnError> {
        Ok(Self {
            of_teacher: Linear::new(scope.sub("teacher"), inputs, hidden)?,
            of_student: Linear::new(scope.sub("student"), inputs, hidden)?,
            hidden: Linear::new(scope.sub("hidden"), hidden, hidden)?,
            score: Linear::new(scope.sub("score"), hidden, 1)?,
        })
    }

    /// The scores of all pairs, (N, N), of the teacher's (N, P) and the student's (N, P) parts.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, teacher: &Tensor, student: &Tensor) -> Result<Tensor> {
        let x = self.of_teacher.forward(teacher)?.unsqueeze(1)?; // (N, 1, hidden)
        let y = self.of_student.forward(student)?.unsqueeze(0)?; // (1, N, hidden)
        let h = x.broadcast_add(&y)?.relu()?; // (N, N, hidden)
        self.score.forward(&self.hidden.forward(&h)?.relu()?)?.squeeze(2)
    }
}
