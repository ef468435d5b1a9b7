//! An MLP with two hidden ReLU layers over all pairs of two sets of vectors, to one score each:
//! F(x, y) = w'h2 + c with h2 = relu(W2 h1 + b2), h1 = relu(W1 [x; y] + b1).

use crate::fused::FusedPairScores;
use crate::{Kernels, Linear, NnError, Scope};
use candle_core::{Result, Tensor};

/// x (N, P) and y (M, P) to the scores F(x_i, y_j), (N, M).
pub struct PairScores(Form);

enum Form {
    Composed(Layers),
    Fused(FusedPairScores),
}

impl PairScores {
    /// Builds the parameters for vectors of `inputs` numbers each; `hidden` units in each hidden layer.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(mut scope: Scope<'_>, inputs: usize, hidden: usize) -> std::result::Result<Self, NnError> {
        Ok(Self(match scope.kernels() {
            Kernels::Composed => Form::Composed(Layers::new(scope, inputs, hidden)?),
            Kernels::Fused => {
                let (packed, pack) = scope.pack(|scope| Layers::new(scope, inputs, hidden))?;
                Form::Fused(FusedPairScores::new(&scope, (packed, &pack), inputs, hidden)?)
            }
        }))
    }

    /// The scores of all pairs, (N, M).
    ///
    /// # Errors
    /// A tensor operation's; both must have the width P.
    pub fn forward(&self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        match &self.0 {
            Form::Composed(layers) => layers.forward(x, y),
            Form::Fused(scores) => scores.forward(x, y),
        }
    }
}

/// The composed form.
struct Layers {
    first: Linear,
    second: Linear,
    score: Linear,
}

impl Layers {
    fn new(mut scope: Scope<'_>, inputs: usize, hidden: usize) -> std::result::Result<Self, NnError> {
        Ok(Self {
            first: Linear::new(scope.sub("first"), 2 * inputs, hidden)?,
            second: Linear::new(scope.sub("second"), hidden, hidden)?,
            score: Linear::new(scope.sub("score"), hidden, 1)?,
        })
    }

    fn forward(&self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        let (count, width) = x.dims2()?;
        let all = (count, y.dim(0)?, width);
        let x = x.unsqueeze(1)?.broadcast_as(all)?;
        let y = y.unsqueeze(0)?.broadcast_as(all)?;
        let h = self.first.forward(&Tensor::cat(&[x, y], 2)?)?.relu()?; // (N, M, hidden)
        self.score.forward(&self.second.forward(&h)?.relu()?)?.squeeze(2)
    }
}
