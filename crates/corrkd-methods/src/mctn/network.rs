//! The networks of MCTN: an encoder whose states are the joint representation, a decoder that translates them into
//! another modality, and, where there is a second one to translate into, an encoder of the first's states and a decoder
//! of its own.

use super::regressor::Regressor;
use candle_core::{Result, Tensor};
use corrkd_nn::{AttentionDecoder, Cell, DropoutKey, NnError, Recurrent, RecurrentShape, Scope};

/// What a network is built for.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Columns D of what is read, and of what that is translated into.
    pub(super) inputs: usize,
    /// Width d of all that is recurrent.
    pub(super) width: usize,
    /// How many modalities it translates into, at most two.
    pub(super) targets: usize,
    /// How many numbers R it reads out.
    pub(super) numbers: usize,
}

/// What the network says about a batch.
pub(super) struct Encoded {
    /// The states of the first encoder, (B, T, d), which the first decoder translates.
    pub(super) first: Tensor,
    /// Those of the second, which the second decoder translates, where there is one.
    pub(super) second: Option<Tensor>,
    /// What is read out, (B, d).
    pub(super) representation: Tensor,
    /// The numbers read out, (B, R).
    pub(super) numbers: Tensor,
}

/// The network of a set of modalities.
pub(super) struct Network {
    encoder: Encoder,
    decoder: Option<AttentionDecoder>,
    second: Option<(Encoder, AttentionDecoder)>,
    regressor: Regressor,
}

impl Network {
    /// Builds the parameters.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(mut scope: Scope<'_>, shape: Shape) -> std::result::Result<Self, NnError> {
        let Shape { inputs, width, targets, numbers } = shape;
        let encoder = Encoder::new(scope.sub("encoder"), inputs, width)?;
        let mut decoder = |name| AttentionDecoder::new(scope.sub(name), width, width, inputs);
        let first = if targets > 0 { Some(decoder("decoder")?) } else { None };
        let further = if targets > 1 { Some(decoder("decoder2")?) } else { None };
        let second = match further {
            Some(decoder) => Some((Encoder::new(scope.sub("encoder2"), width, width)?, decoder)),
            None => None,
        };
        Ok(Self { encoder, decoder: first, second, regressor: Regressor::new(scope.sub("regressor"), width, numbers)? })
    }

    /// Features x (B, T, D) to states and numbers. `frames` (B, T) are one for a step that exists.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Encoded> {
        let first = self.encoder.forward(x, frames, key)?;
        let second = self.second.as_ref().map(|(encoder, _)| encoder.forward(&first, frames, key)).transpose()?;
        let [representation, numbers] = self.regressor.forward(second.as_ref().unwrap_or(&first), frames, key)?;
        Ok(Encoded { first, second, representation, numbers })
    }

    /// What is read as the first modality that is translated into, (B, T, D), and that translated back by the same
    /// encoder and decoder, (B, T, D); none without a modality to translate into.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn there_and_back(
        &self,
        encoded: &Encoded,
        frames: Option<&Tensor>,
        key: DropoutKey,
    ) -> Result<Option<[Tensor; 2]>> {
        let Some(decoder) = &self.decoder else { return Ok(None) };
        let there = decoder.forward(&encoded.first, frames, key)?;
        let back = decoder.forward(&self.encoder.forward(&there, frames, key)?, frames, key)?;
        Ok(Some([there, back]))
    }

    /// The joint representation as the second modality, (B, T, D), where there is one.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn further(
        &self,
        encoded: &Encoded,
        frames: Option<&Tensor>,
        key: DropoutKey,
    ) -> Result<Option<Tensor>> {
        let both = self.second.as_ref().zip(encoded.second.as_ref());
        both.map(|((_, decoder), states)| decoder.forward(states, frames, key)).transpose()
    }
}

/// A bidirectional LSTM whose two directions are added up.
struct Encoder {
    recurrent: Recurrent,
    width: usize,
}

impl Encoder {
    fn new(scope: Scope<'_>, inputs: usize, width: usize) -> std::result::Result<Self, NnError> {
        let shape = RecurrentShape { cell: Cell::Lstm, inputs, width, layers: 1, bidirectional: true, dropout: 0.0 };
        Ok(Self { recurrent: Recurrent::new(scope, &shape)?, width })
    }

    /// (B, T, D) to (B, T, d), zero behind a sequence's end.
    fn forward(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let states = self.recurrent.forward(x, frames, key)?.all; // (B, T, 2 d)
        states.narrow(2, 0, self.width)? + states.narrow(2, self.width, self.width)?
    }
}
