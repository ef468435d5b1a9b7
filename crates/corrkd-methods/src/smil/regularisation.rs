//! Feature regularisation (section 3.3): features are perturbed by softplus(z), where z is drawn from the normal
//! distribution around mu, a linear map of what the features were made of, with a standard deviation of 1.

use candle_core::{Result, Tensor};
use corrkd_nn::{DropoutKey, Linear, NnError, Noise, Scope, softplus};

/// The regularisation of one layer.
pub(super) struct Regularisation {
    mean: Linear,
    noise: Noise,
}

impl Regularisation {
    /// Builds the parameters, for features of `outputs` numbers made of `inputs`.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(mut scope: Scope<'_>, inputs: usize, outputs: usize) -> std::result::Result<Self, NnError> {
        let noise = Noise::new(scope.path("noise"));
        Ok(Self { mean: Linear::new(scope.sub("mean"), inputs, outputs)?, noise })
    }

    /// Features x (B, outputs), made of `below` (B, inputs), perturbed; z is mu itself where the key is
    /// [`DropoutKey::NONE`].
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, below: &Tensor, x: &Tensor, key: DropoutKey) -> Result<Tensor> {
        x + softplus(&self.noise.forward(&self.mean.forward(below)?, key)?)?
    }
}
