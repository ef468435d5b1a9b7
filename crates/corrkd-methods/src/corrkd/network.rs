//! CorrKD's network, the same for teacher and student (method, section 2): an encoder for each modality,
//! Z = [E_L, E_A, E_V] (T, 3d), H = the mean over time (3d), logits = FC(H) (K).

use super::settings::{Probabilities, Size};
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{Dropout, DropoutKey, EncoderShape, Linear, NnError, PooledEncoder, Scope, each};
use corrkd_train::Inputs;

/// What the network says about a batch.
pub struct Output {
    /// H (B, 3d), what representations are distilled from.
    pub representation: Tensor,
    /// Logits (B, K); the response is their softmax.
    pub logits: Tensor,
}

/// A teacher or a student.
pub struct Network {
    encoders: PerModality<PooledEncoder>,
    output_dropout: Dropout,
    classifier: Linear,
}

impl Network {
    /// Builds the parameters for features of the given widths D and `categories` K.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(
        mut scope: Scope<'_>,
        widths: &PerModality<usize>,
        size: &Size,
        dropout: &Probabilities,
        categories: usize,
    ) -> std::result::Result<Self, NnError> {
        let encoders = PerModality::try_from_fn(|m| {
            let shape = EncoderShape {
                inputs: *widths.get(m),
                width: size.width,
                heads: size.heads,
                layers: size.layers,
                feed_forward: size.feed_forward,
                kernel: size.kernel,
                pre_norm: size.pre_norm,
                attention_dropout: dropout.attention,
                feed_forward_dropout: dropout.feed_forward,
                residual_dropout: dropout.residual,
            };
            let on_features = match m {
                Modality::Language => dropout.language,
                Modality::Audio | Modality::Vision => 0.0,
            };
            PooledEncoder::new(scope.sub(m.name()), &shape, on_features)
        })?;
        Ok(Self {
            encoders,
            output_dropout: Dropout::new(scope.path("output"), dropout.output),
            classifier: Linear::new(scope.sub("classifier"), 3 * size.width, categories)?,
        })
    }

    /// Features to representation and logits; `key` is [`DropoutKey::NONE`] at evaluation.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, inputs: &Inputs, key: DropoutKey) -> Result<Output> {
        let encode = |(modality, encoder): (_, &PooledEncoder)| {
            let (features, attended) = (inputs.features.get(modality), inputs.attended.get(modality));
            encoder.forward(features, inputs.frames.as_ref(), attended.as_ref(), key) // (B, d)
        };
        // A graphics processor takes its orders from one thread.
        let parts = match inputs.features.language.device().is_cpu() {
            true => each(self.encoders.iter().collect(), encode),
            false => self.encoders.iter().map(encode).collect(),
        };
        let representation = Tensor::cat(&parts.into_iter().collect::<Result<Vec<_>>>()?, 1)?; // (B, 3d)
        let logits = self.classifier.forward(&self.output_dropout.forward(&representation, key)?)?;
        Ok(Output { representation, logits })
    }
}
