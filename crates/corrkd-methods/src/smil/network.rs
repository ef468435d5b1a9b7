//! The main network: an encoder for each modality, whose features h_m are the mean over its frames; a hidden layer
//! behind the three side by side; and the numbers that are read out of it.

use super::settings::{Probabilities, Size};
use candle_core::{Result, Tensor};
use corrkd_config::PerModality;
use corrkd_nn::{Dropout, DropoutKey, EncoderShape, Linear, NnError, PooledEncoder, Scope, each, relu};
use corrkd_train::Inputs;

/// What is made of a batch.
pub(super) struct Read {
    /// The features of the three modalities, (B, 3 d).
    pub(super) fused: Tensor,
    /// The hidden layer, (B, H).
    pub(super) hidden: Tensor,
    /// The numbers, (B, R).
    pub(super) numbers: Tensor,
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
        pre_norm: true,
        attention_dropout: dropout.encoders,
        feed_forward_dropout: dropout.encoders,
        residual_dropout: dropout.encoders,
    }
}

/// The network.
pub(super) struct Network {
    encoders: PerModality<PooledEncoder>,
    hidden: Linear,
    dropout: Dropout,
    output: Linear,
}

impl Network {
    /// Builds the parameters for features of the given widths D and R numbers.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        widths: &PerModality<usize>,
        size: &Size,
        dropout: &Probabilities,
        numbers: usize,
    ) -> std::result::Result<Self, NnError> {
        let encoders = PerModality::try_from_fn(|m| {
            PooledEncoder::new(scope.sub(m.name()), &encoder_shape(*widths.get(m), size, dropout), 0.0)
        })?;
        Ok(Self {
            encoders,
            hidden: Linear::new(scope.sub("hidden"), 3 * size.width, size.hidden)?,
            dropout: Dropout::new(scope.path("dropout"), dropout.hidden),
            output: Linear::new(scope.sub("output"), size.hidden, numbers)?,
        })
    }

    /// Each modality's features h_m, (B, d), whatever of it is missing.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn encode(&self, inputs: &Inputs, key: DropoutKey) -> Result<PerModality<Tensor>> {
        let encode = |(m, encoder): (_, &PooledEncoder)| {
            let [frames, attended] = [&inputs.frames, &inputs.attended].map(|of| of.get(m).as_ref());
            encoder.forward(inputs.features.get(m), frames, attended, key)
        };
        // A graphics processor takes its orders from one thread.
        let features = match inputs.features.language.device().is_cpu() {
            true => each(self.encoders.iter().collect(), encode),
            false => self.encoders.iter().map(encode).collect(),
        };
        let mut features = features.into_iter();
        PerModality::try_from_fn(|_| features.next().unwrap_or_else(|| candle_core::bail!("a modality not encoded")))
    }

    /// The hidden layer (B, H) behind fused features (B, 3 d).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn hidden(&self, fused: &Tensor) -> Result<Tensor> {
        relu(&self.hidden.forward(fused)?)
    }

    /// The numbers (B, R) read out of the hidden layer (B, H).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn numbers(&self, hidden: &Tensor, key: DropoutKey) -> Result<Tensor> {
        self.output.forward(&self.dropout.forward(hidden, key)?)
    }

    /// What it makes of samples as they are.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn read(&self, inputs: &Inputs, key: DropoutKey) -> Result<Read> {
        let PerModality { language, audio, vision } = self.encode(inputs, key)?;
        let fused = Tensor::cat(&[language, audio, vision], 1)?;
        let hidden = self.hidden(&fused)?;
        Ok(Read { numbers: self.numbers(&hidden, key)?, fused, hidden })
    }
}
