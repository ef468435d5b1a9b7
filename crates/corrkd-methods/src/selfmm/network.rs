//! Self-MM's network (section 3.2): each modality's frames are encoded to a vector; a reader takes the three side by side, and
//! one takes each modality's alone. A reader makes features of what it takes, F = relu(W x + b), and reads numbers out of
//! them by two more layers.

use super::settings::{Probabilities, Size};
use candle_core::{Result, Tensor};
use corrkd_config::PerModality;
use corrkd_nn::{Cell, Dropout, DropoutKey, Linear, NnError, Recurrent, RecurrentShape, Scope, relu};
use corrkd_train::Inputs;

/// What a reader makes of a batch.
pub(super) struct Read {
    /// Its features F, (B, d).
    pub(super) features: Tensor,
    /// The numbers, (B, R).
    pub(super) numbers: Tensor,
}

/// What the network says about a batch.
pub(super) struct Said {
    /// Of all modalities.
    pub(super) fused: Read,
    /// Of each alone.
    pub(super) unimodal: PerModality<Read>,
}

/// The network.
pub(super) struct Network {
    encoders: PerModality<Encoder>,
    fused: Reader,
    unimodal: PerModality<Reader>,
}

impl Network {
    /// Builds the parameters; a modality's encoder has the modality's name in `scope`. `numbers` is R.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        widths: &PerModality<usize>,
        numbers: usize,
        size: &Size,
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let encoders = PerModality::try_from_fn(|m| {
            let [inputs, hidden, outputs] = [widths, &size.hidden, &size.encoded].map(|of| *of.get(m));
            Encoder::new(scope.sub(m.name()), [inputs, hidden, outputs], *dropout.encoders.get(m))
        })?;
        let mut read = scope.sub("read");
        let all = size.encoded.iter().map(|(_, width)| width).sum();
        Ok(Self {
            encoders,
            fused: Reader::new(read.sub("fused"), [all, size.fused, numbers], dropout.fused)?,
            unimodal: PerModality::try_from_fn(|m| {
                let sizes = [*size.encoded.get(m), *size.unimodal.get(m), numbers];
                Reader::new(read.sub(m.name()), sizes, *dropout.unimodal.get(m))
            })?,
        })
    }

    /// What it says about features; `key` is [`DropoutKey::NONE`] at evaluation.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, inputs: &Inputs, key: DropoutKey) -> Result<Said> {
        let encoded = PerModality::try_from_fn(|m| {
            self.encoders.get(m).forward(inputs.features.get(m), inputs.frames.get(m).as_ref(), key)
        })?;
        let PerModality { language, audio, vision } = &encoded;
        Ok(Said {
            fused: self.fused.forward(&Tensor::cat(&[language, audio, vision], 1)?, key)?,
            unimodal: PerModality::try_from_fn(|m| self.unimodal.get(m).forward(encoded.get(m), key))?,
        })
    }
}

/// A modality's frames to a vector: the last state of an LSTM, projected.
struct Encoder {
    recurrent: Recurrent,
    dropout: Dropout,
    project: Linear,
}

impl Encoder {
    fn new(
        mut scope: Scope<'_>,
        [inputs, width, outputs]: [usize; 3],
        dropout: f64,
    ) -> std::result::Result<Self, NnError> {
        let shape = RecurrentShape { cell: Cell::Lstm, inputs, width, layers: 1, bidirectional: false, dropout: 0.0 };
        Ok(Self {
            recurrent: Recurrent::new(scope.sub("recurrent"), &shape)?,
            dropout: Dropout::new(scope.path("dropout"), dropout),
            project: Linear::new(scope.sub("project"), width, outputs)?,
        })
    }

    /// (B, T, D) to (B, d); zeros in `frames` (B, T) are behind a sequence's end.
    fn forward(&self, x: &Tensor, frames: Option<&Tensor>, key: DropoutKey) -> Result<Tensor> {
        let last = self.recurrent.forward(x, frames, key)?.last; // (B, H)
        self.project.forward(&self.dropout.forward(&last, key)?)
    }
}

/// A vector to features and numbers.
struct Reader {
    dropout: Dropout,
    features: Linear,
    hidden: Linear,
    output: Linear,
}

impl Reader {
    fn new(
        mut scope: Scope<'_>,
        [inputs, width, numbers]: [usize; 3],
        dropout: f64,
    ) -> std::result::Result<Self, NnError> {
        Ok(Self {
            dropout: Dropout::new(scope.path("dropout"), dropout),
            features: Linear::new(scope.sub("features"), inputs, width)?,
            hidden: Linear::new(scope.sub("hidden"), width, width)?,
            output: Linear::new(scope.sub("output"), width, numbers)?,
        })
    }

    /// (B, inputs) to (B, d) and (B, R).
    fn forward(&self, x: &Tensor, key: DropoutKey) -> Result<Read> {
        let features = relu(&self.features.forward(&self.dropout.forward(x, key)?)?)?;
        let numbers = self.output.forward(&relu(&self.hidden.forward(&features)?)?)?;
        Ok(Read { features, numbers })
    }
}
