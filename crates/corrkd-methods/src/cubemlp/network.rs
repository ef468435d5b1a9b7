//! CubeMLP's network (section 3): an encoder for each modality, blocks of MLPs along the three axes of the cube X
//! (B, T, M, d), a linear read-out.
//!
//! T is the data set's greatest number of frames, of whichever modality, in every batch, since the first block's layers are as
//! wide as that; what lies behind a sequence's end is zero in X, as the authors' code pads its three sequences. M = 3 modalities at the start; a block may change all three sizes.

use super::block::Block;
use super::settings::{Probabilities, Size};
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{Conv1d, Dropout, DropoutKey, LayerNorm, Linear, NnError, Scope};
use corrkd_train::Inputs;

/// What the network says about a batch.
pub(super) struct Encoded {
    /// What is read out, (B, M d): the mean over time, the modalities side by side.
    pub(super) representation: Tensor,
    /// The numbers read out, (B, R).
    pub(super) numbers: Tensor,
}

/// The network.
pub(super) struct Network {
    language: Linear,
    audio: Convolved,
    vision: Convolved,
    dropout: PerModality<Dropout>,
    time: usize,
    blocks: Vec<Block>,
    classifier: Linear,
}

/// What a network is built for.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    /// Widths D of the features.
    pub(super) widths: &'a PerModality<usize>,
    /// The data set's greatest number of frames T, of any modality.
    pub(super) time: usize,
    /// How many numbers R it reads out.
    pub(super) numbers: usize,
}

impl Network {
    /// Builds the parameters.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        shape: Shape<'_>,
        size: &Size,
        dropout: &Probabilities,
    ) -> std::result::Result<Self, NnError> {
        let Shape { widths, time, numbers } = shape;
        let mut convolved = |m: Modality| Convolved::new(scope.sub(m.name()), *widths.get(m), size.width, size.kernel);
        let (audio, vision) = (convolved(Modality::Audio)?, convolved(Modality::Vision)?);
        let mut sizes = [time, Modality::ALL.len(), size.width];
        let mut blocks = Vec::with_capacity(size.blocks.len());
        for (number, &outputs) in size.blocks.iter().enumerate() {
            blocks.push(Block::new(scope.sub(&format!("block{number}")), sizes, outputs, dropout)?);
            sizes = outputs;
        }
        let [_, modalities, channels] = sizes;
        Ok(Self {
            language: Linear::without_bias(scope.sub("language"), widths.language, size.width)?,
            audio,
            vision,
            dropout: PerModality::from_fn(|m| Dropout::new(scope.path(m.name()), dropout.encoders)),
            time,
            blocks,
            classifier: Linear::new(scope.sub("classifier"), modalities * channels, numbers)?,
        })
    }

    /// Features to representation and numbers; `key` is [`DropoutKey::NONE`] at evaluation.
    ///
    /// # Errors
    /// A tensor operation's; also for a batch longer than T.
    pub(super) fn forward(&self, inputs: &Inputs, key: DropoutKey) -> Result<Encoded> {
        let mut cube = self.cube(inputs, key)?;
        for block in &self.blocks {
            cube = block.forward(&cube, key)?;
        }
        let representation = cube.mean(1)?.flatten_from(1)?; // (B, M d)
        Ok(Encoded { numbers: self.classifier.forward(&representation)?, representation })
    }

    /// X (B, T, 3, d).
    fn cube(&self, inputs: &Inputs, key: DropoutKey) -> Result<Tensor> {
        let streams = PerModality::try_from_fn(|m| {
            let x = inputs.features.get(m);
            let encoded = match m {
                Modality::Language => self.language.forward(x)?,
                Modality::Audio => self.audio.forward(x)?,
                Modality::Vision => self.vision.forward(x)?,
            };
            let x = self.dropout.get(m).forward(&encoded, key)?; // (B, T of the batch and the modality, d)
            let x = match inputs.frames.get(m) {
                Some(frames) => x.broadcast_mul(&frames.unsqueeze(2)?)?,
                None => x,
            };
            match self.time.saturating_sub(x.dim(1)?) {
                0 => Ok(x),
                rest => x.pad_with_zeros(1, 0, rest),
            }
        })?;
        let PerModality { language, audio, vision } = &streams;
        Tensor::stack(&[language, audio, vision], 2)
    }
}

/// The encoder of audio and of vision: convolution over time, normalisation, ReLU.
struct Convolved {
    convolution: Conv1d,
    norm: LayerNorm,
}

impl Convolved {
    fn new(mut scope: Scope<'_>, inputs: usize, width: usize, kernel: usize) -> std::result::Result<Self, NnError> {
        Ok(Self {
            convolution: Conv1d::new(scope.sub("convolution"), inputs, width, kernel)?,
            norm: LayerNorm::new(scope.sub("norm"), width)?,
        })
    }

    /// (B, T, D) to (B, T, d).
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.norm.forward(&self.convolution.forward(x)?)?.relu()
    }
}
