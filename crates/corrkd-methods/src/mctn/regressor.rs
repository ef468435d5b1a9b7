//! The regressor: an LSTM over the joint representation, attention over its states, a linear read-out.

use candle_core::{Result, Tensor};
use corrkd_nn::{Cell, DropoutKey, Linear, NnError, Recurrent, RecurrentShape, Scope, softmax};

/// What is added to the score of a step that does not exist, so that the softmax has nothing for it.
const NEVER: f64 = 1e9;

/// The regressor.
pub(super) struct Regressor {
    recurrent: Recurrent,
    attention: Linear,
    head: Linear,
}

impl Regressor {
    /// For a representation of width d, to R numbers.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(mut scope: Scope<'_>, width: usize, numbers: usize) -> std::result::Result<Self, NnError> {
        let shape =
            RecurrentShape { cell: Cell::Lstm, inputs: width, width, layers: 1, bidirectional: false, dropout: 0.0 };
        Ok(Self {
            recurrent: Recurrent::new(scope.sub("recurrent"), &shape)?,
            attention: Linear::new(scope.sub("attention"), width, 1)?,
            head: Linear::new(scope.sub("head"), width, numbers)?,
        })
    }

    /// (B, T, d) to what is read out, (B, d), and the numbers, (B, R). `frames` (B, T) are one for a step that exists.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, joint: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<[Tensor; 2]> {
        let states = self.recurrent.forward(joint, frames, key)?.all; // (B, T, d)
        let mut scores = self.attention.forward(&states)?.tanh()?.squeeze(2)?; // (B, T)
        if let Some(frames) = frames {
            scores = (scores + ((frames - 1.0)? * NEVER)?)?;
        }
        let representation = softmax(&scores)?.unsqueeze(1)?.matmul(&states)?.squeeze(1)?; // (B, d)
        let numbers = self.head.forward(&representation)?;
        Ok([representation, numbers])
    }
}
