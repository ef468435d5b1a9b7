//! A missing modality's features, reconstructed as a weighted mean of its priors (section 3.2): h = sum_k w_k M_k /
//! sum_k w_k, with the weights w = softplus(MLP(u)) of what is there, u.

use candle_core::{Result, Tensor};
use corrkd_nn::{Linear, NnError, Scope, relu, softplus};

/// What keeps the quotient finite where all weights vanish.
pub(super) const EPSILON: f64 = 1e-8;

/// A modality's reconstruction.
pub(super) struct Reconstruction {
    /// M, (K, d).
    priors: Tensor,
    hidden: Linear,
    weights: Linear,
}

impl Reconstruction {
    /// Builds the parameters of the network that weighs the priors (K, d), with a hidden layer of this width, by u of
    /// so many numbers.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        numbers: usize,
        hidden: usize,
        priors: Tensor,
    ) -> std::result::Result<Self, NnError> {
        Ok(Self {
            hidden: Linear::new(scope.sub("hidden"), numbers, hidden)?,
            weights: Linear::new(scope.sub("weights"), hidden, priors.dim(0)?)?,
            priors,
        })
    }

    /// M, (K, d).
    pub(super) const fn priors(&self) -> &Tensor {
        &self.priors
    }

    /// What is there, u (B, ..), to features (B, d).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, there: &Tensor) -> Result<Tensor> {
        let weights = softplus(&self.weights.forward(&relu(&self.hidden.forward(there)?)?)?)?; // (B, K)
        let sum = (weights.sum_keepdim(1)? + EPSILON)?;
        weights.matmul(&self.priors)?.broadcast_div(&sum)
    }
}
