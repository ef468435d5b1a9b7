//! The answer: what the modalities gather and what is fused, each through a layer of its own behind a sigmoid, side by
//! side (B, 9d), and a reader of that. The sigmoids stand in the vectors' place and do not weigh them, as the names
//! that the code gives these layers, and the paper's adaptive fusion, would have it.

use super::reader::{Read, Reader};
use super::settings::Size;
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{DropoutKey, Linear, NnError, Scope};

/// The layers.
pub(super) struct Ensemble {
    gates: PerModality<Linear>,
    gate: Linear,
    reader: Reader,
}

impl Ensemble {
    /// Reads out R numbers; `dropout` falls on the reader's hidden layer.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        size: &Size,
        numbers: usize,
        dropout: f64,
    ) -> std::result::Result<Self, NnError> {
        let (one, fused) = (2 * size.width, Modality::ALL.len() * size.width);
        let all = Modality::ALL.len() * one + fused;
        let mut gates = scope.sub("gate");
        Ok(Self {
            gates: PerModality::try_from_fn(|m| Linear::new(gates.sub(m.name()), one, one))?,
            gate: Linear::new(gates.sub("common"), fused, fused)?,
            reader: Reader::new(scope.sub("reader"), all, all, numbers, dropout)?,
        })
    }

    /// What the modalities gather, (B, 2d), and what is fused, (B, 3d).
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn forward(&self, gathered: &PerModality<Tensor>, fused: &Tensor, key: DropoutKey) -> Result<Read> {
        let gate = |m: Modality| sigmoid(&self.gates.get(m).forward(gathered.get(m))?);
        let PerModality { language, audio, vision } = PerModality::try_from_fn(gate)?;
        let fused = sigmoid(&self.gate.forward(fused)?)?;
        self.reader.forward(&Tensor::cat(&[language, audio, vision, fused], 1)?, key)
    }
}

/// 1 / (1 + exp(-x)).
fn sigmoid(x: &Tensor) -> Result<Tensor> {
    ((x * 0.5)?.tanh()? * 0.5)? + 0.5
}
