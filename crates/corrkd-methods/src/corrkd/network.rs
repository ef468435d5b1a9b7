//! CorrKD's network, the same for teacher and student (method, section 2): an encoder for each modality,
//! Z = [E_L, E_A, E_V] (T, 3d), H = the mean over time (3d), logits = FC(H) (K). The mean is taken of each modality by itself,
//! so that each may have frames of its own and Z need not exist.

use super::settings::{Probabilities, Size};
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{Dropout, DropoutKey, EncoderShape, Linear, NnError, PooledEncoder, Scope, each};
use corrkd_train::Inputs;

/// What the network says about a batch.
pub struct Output {
    /// H (B, 3d), what representations are distilled from.
    pub representation: Tensor,
    /// The numbers (B, R): logits of K categories, whose softmax is the response; of a regression one number.
    pub logits: Tensor,
}

/// The shape of the encoder of frames of D numbers.
pub(super) fn encoder_shape(inputs: usize, size: &Size, dropout: &Probabilities) -> EncoderShape {
    EncoderShape {
        inputs,
        width: size.width,
        heads: size.heads,
        layers: size.layers,
        feed_forward: size.feed_forward,
        kernel: size.kernel,
        pre_norm: size.pre_norm,
        attention_dropout: dropout.attention,
        feed_forward_dropout: dropout.feed_forward,
        residual_dropout: dropout.residual,
    }
}

/// A teacher or a student.
pub struct Network {
    width: usize,
    encoders: PerModality<PooledEncoder>,
    output_dropout: Dropout,
    classifier: Linear,
}

impl Network {
    /// Builds the parameters for features of the given widths D and R numbers.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub fn new(
        mut scope: Scope<'_>,
        widths: &PerModality<usize>,
        size: &Size,
        dropout: &Probabilities,
        numbers: usize,
    ) -> std::result::Result<Self, NnError> {
        let encoders = PerModality::try_from_fn(|m| {
            let shape = encoder_shape(*widths.get(m), size, dropout);
            let on_features = match m {
                Modality::Language => dropout.language,
                Modality::Audio | Modality::Vision => 0.0,
            };
            PooledEncoder::new(scope.sub(m.name()), &shape, on_features)
        })?;
        Ok(Self {
            width: size.width,
            encoders,
            output_dropout: Dropout::new(scope.path("output"), dropout.output),
            classifier: Linear::new(scope.sub("classifier"), 3 * size.width, numbers)?,
        })
    }

    /// Features to representation and logits; `key` is [`DropoutKey::NONE`] at evaluation.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn forward(&self, inputs: &Inputs, key: DropoutKey) -> Result<Output> {
        self.judge(&self.encode(inputs, key)?, key)
    }

    /// Features to each modality's part of the representation, (B, d). The modalities may have numbers of samples of their own.
    pub(super) fn encode(&self, inputs: &Inputs, key: DropoutKey) -> Result<PerModality<Tensor>> {
        let encode = |(modality, encoder): (_, &PooledEncoder)| {
            let [frames, attended] = [&inputs.frames, &inputs.attended].map(|of| of.get(modality).as_ref());
            let x = inputs.features.get(modality);
            match x.dim(0)? {
                0 => Tensor::zeros((0, self.width), x.dtype(), x.device()),
                _ => encoder.forward(x, frames, attended, key),
            }
        };
        // A graphics processor takes its orders from one thread.
        let parts: Vec<_> = match inputs.features.language.device().is_cpu() {
            true => each(self.encoders.iter().collect(), encode),
            false => self.encoders.iter().map(encode).collect(),
        };
        let mut parts = parts.into_iter();
        PerModality::try_from_fn(|_| {
            parts.next().unwrap_or_else(|| candle_core::bail!("a modality without an encoder"))
        })
    }

    /// The modalities' parts of the representation to the whole of it, and logits.
    pub(super) fn judge(&self, parts: &PerModality<Tensor>, key: DropoutKey) -> Result<Output> {
        let parts: Vec<&Tensor> = parts.iter().map(|(_, part)| part).collect();
        let representation = Tensor::cat(&parts, 1)?; // (B, 3d)
        let logits = self.classifier.forward(&self.output_dropout.forward(&representation, key)?)?;
        Ok(Output { representation, logits })
    }
}
