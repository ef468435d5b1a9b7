//! One way of a translation: an encoder reads a sequence of frames, a decoder whose queries are another sequence's
//! frames answers from what was read, and a linear layer tells that sequence's features from the answer.

use super::settings::{Probabilities, Size};
use candle_core::{Result, Tensor};
use corrkd_nn::{
    CrossEncoder, CrossEncoderShape, Decoder, DecoderShape, DropoutKey, Linear, NnError, Positions, Scope,
};

/// The layers.
pub(super) struct Translator {
    encoder: CrossEncoder,
    decoder: Decoder,
    features: Linear,
}

/// Frames (B, T, d), with a mask (B, T) that is one for those that exist, or none where all do.
#[derive(Clone, Copy)]
pub(super) struct Frames<'a> {
    pub(super) values: &'a Tensor,
    pub(super) exist: Option<&'a Tensor>,
}

impl Translator {
    /// Of frames of features of width D = `outputs`.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        outputs: usize,
        size: &Size,
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let Size { width, heads, feed_forward, .. } = *size;
        let residual_dropout = dropout.residual;
        let encoder = CrossEncoderShape {
            width,
            heads,
            layers: size.encoder_layers,
            feed_forward,
            causal: false,
            scale: 1.0,
            positions: Positions::All,
            embedding_dropout: 0.0,
            attention_dropout: 0.0,
            relu_dropout: 0.0,
            residual_dropout,
        };
        let decoder = DecoderShape {
            width,
            heads,
            layers: size.decoder_layers,
            feed_forward,
            attention_dropout: 0.0,
            feed_forward_dropout: 0.0,
            residual_dropout,
        };
        Ok(Self {
            encoder: CrossEncoder::new(scope.sub("encoder"), &encoder)?,
            decoder: Decoder::new(scope.sub("decoder"), &decoder)?,
            features: Linear::new(scope.sub("features"), width, outputs)?,
        })
    }

    /// What the encoder makes of frames, (B, T, d).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn read(&self, frames: Frames<'_>, key: DropoutKey) -> Result<Tensor> {
        self.encoder.forward(frames.values, None, frames.exist, key)
    }

    /// What the decoder answers to queries (B, Tq, d) from what was read.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn answer(&self, queries: Frames<'_>, read: Frames<'_>, key: DropoutKey) -> Result<Tensor> {
        self.decoder.forward(queries.values, read.values, [queries.exist, read.exist], key)
    }

    /// The features (B, Tq, D) that an answer tells.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn told(&self, answer: &Tensor) -> Result<Tensor> {
        self.features.forward(answer)
    }
}
