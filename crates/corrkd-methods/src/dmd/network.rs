//! DMD's network: features are taken apart, the common parts go one way and the specific ones another, and both answer
//! together.
//!
//! In every batch each modality has the same number of frames, its greatest in the data set or its kernel's, whichever
//! is more, since layers read all frames side by side; what lies behind a sequence's end is zero. So an utterance of a
//! single frame has an answer, and no answer depends on a batch.

use super::decoupling::{Decoupled, Decoupling, Rebuilt};
use super::ensemble::Ensemble;
use super::heterogeneous::Heterogeneous;
use super::homogeneous::{Common, Homogeneous};
use super::reader::Read;
use super::settings::{Probabilities, Size};
use super::transformers::Transformers;
use candle_core::{Result, Tensor};
use corrkd_config::PerModality;
use corrkd_nn::{DropoutKey, NnError, Scope};
use corrkd_train::Inputs;

/// The network.
pub(super) struct Network {
    /// Frames of a padded batch.
    padded: PerModality<usize>,
    decoupling: Decoupling,
    pub(super) homogeneous: Homogeneous,
    pub(super) heterogeneous: Heterogeneous,
    ensemble: Ensemble,
}

/// All that training looks at.
pub(super) struct Parts {
    /// What the features are taken apart into.
    pub(super) decoupled: Decoupled,
    /// What becomes of them again.
    pub(super) rebuilt: Rebuilt,
    /// What is made of the common features.
    pub(super) common: Common,
    /// What is read out of the specific ones, by modality.
    pub(super) specific: PerModality<Read>,
    /// What answers.
    pub(super) answer: Read,
}

/// What a network is built for.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    /// Widths D of the features.
    pub(super) widths: &'a PerModality<usize>,
    /// The data set's greatest number of frames T.
    pub(super) time: &'a PerModality<usize>,
    /// How many numbers R it reads out.
    pub(super) numbers: usize,
}

/// Frames that a modality's batches have, of which its convolution leaves one or more, and how many it leaves.
pub(super) fn frames(time: usize, kernel: usize) -> (usize, usize) {
    let padded = time.max(kernel);
    (padded, padded - kernel + 1)
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
        let frames = PerModality::from_fn(|m| frames(*time.get(m), *size.kernels.get(m)));
        let left = frames.map(|_, &(_, left)| left);
        let transformers = Transformers { size, dropout };
        Ok(Self {
            padded: frames.map(|_, &(padded, _)| padded),
            decoupling: Decoupling::new(scope.sub("decoupling"), widths, size, dropout)?,
            homogeneous: Homogeneous::new(scope.sub("homogeneous"), &left, numbers, &transformers)?,
            heterogeneous: Heterogeneous::new(scope.sub("heterogeneous"), numbers, &transformers)?,
            ensemble: Ensemble::new(scope.sub("ensemble"), size, numbers, dropout.output)?,
        })
    }

    /// What answers, and no more; `key` is [`DropoutKey::NONE`] at evaluation.
    ///
    /// # Errors
    /// A tensor operation's; also for a batch longer than T.
    pub(super) fn answer(&self, inputs: &Inputs, key: DropoutKey) -> Result<Read> {
        let decoupled = self.decoupling.forward(&self.padded(inputs)?, key)?;
        let gathered = self.heterogeneous.gathered(&decoupled.specific, key)?;
        self.ensemble.forward(&gathered, &self.homogeneous.fused(&decoupled.common, key)?, key)
    }

    /// All parts.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub(super) fn parts(&self, inputs: &Inputs, key: DropoutKey) -> Result<Parts> {
        let decoupled = self.decoupling.forward(&self.padded(inputs)?, key)?;
        let gathered = self.heterogeneous.gathered(&decoupled.specific, key)?;
        let fused = self.homogeneous.fused(&decoupled.common, key)?;
        Ok(Parts {
            rebuilt: self.decoupling.rebuild(&decoupled)?,
            common: self.homogeneous.forward(&decoupled.common, &fused, key)?,
            specific: self.heterogeneous.read(&gathered, key)?,
            answer: self.ensemble.forward(&gathered, &fused, key)?,
            decoupled,
        })
    }

    /// The features (B, T, D) with as many frames as the layers ask for.
    fn padded(&self, inputs: &Inputs) -> Result<PerModality<Tensor>> {
        PerModality::try_from_fn(|m| {
            let x = inputs.features.get(m);
            match self.padded.get(m).saturating_sub(x.dim(1)?) {
                0 => Ok(x.clone()),
                rest => x.pad_with_zeros(1, 0, rest),
            }
        })
    }
}
