//! What reads answers out of a vector, everywhere in DMD: s = x + W2 drop(relu(W1 x + b1)) + b2, and R numbers W s + b.

use candle_core::{Result, Tensor};
use corrkd_nn::{Dropout, DropoutKey, Linear, NnError, Scope, relu};

/// A residual block of two layers, and a linear read-out.
pub(super) struct Reader {
    hidden: Linear,
    output: Linear,
    numbers: Linear,
    dropout: Dropout,
}

/// What a [`Reader`] makes of vectors (B, n).
pub(super) struct Read {
    /// The hidden layer behind its ReLU, (B, h).
    pub(super) hidden: Tensor,
    /// The block's output s, which is read out, (B, n).
    pub(super) sum: Tensor,
    /// The numbers, (B, R).
    pub(super) numbers: Tensor,
}

impl Reader {
    /// Of vectors of `inputs` numbers, with `hidden` units; `dropout` falls on these.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        inputs: usize,
        hidden: usize,
        numbers: usize,
        dropout: f64,
    ) -> std::result::Result<Self, NnError> {
        Ok(Self {
            hidden: Linear::new(scope.sub("hidden"), inputs, hidden)?,
            output: Linear::new(scope.sub("output"), hidden, inputs)?,
            numbers: Linear::new(scope.sub("numbers"), inputs, numbers)?,
            dropout: Dropout::new(scope.path("hidden"), dropout),
        })
    }

    /// (B, n).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Read> {
        let hidden = relu(&self.hidden.forward(x)?)?;
        let sum = (x + self.output.forward(&self.dropout.forward(&hidden, key)?)?)?;
        Ok(Read { numbers: self.numbers.forward(&sum)?, hidden, sum })
    }
}
