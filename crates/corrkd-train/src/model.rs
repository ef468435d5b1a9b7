//! A network that answers.

use crate::{Known, TrainError};
use candle_core::Tensor;
use corrkd_data::{Batch, Split};

/// A network as it is validated and tested; several threads may ask it at once.
pub trait Model: Send + Sync {
    /// What it says to a batch, without dropout.
    ///
    /// # Errors
    /// A tensor operation's.
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError>;

    /// The same, of a network that is asked about its samples under several conditions, and may keep in `known` what it need not
    /// work out again; by default it keeps nothing.
    ///
    /// # Errors
    /// A tensor operation's.
    fn answer_again(&self, batch: &Batch, _known: &mut Known) -> Result<Output, TrainError> {
        self.answer(batch)
    }

    /// Which samples of a split stay together in a batch, each sample in one group; by default each is by itself. A
    /// network whose answer to a sample depends on its neighbours says here which those are.
    fn together(&self, split: &Split) -> Vec<Vec<usize>> {
        (0..split.samples.len()).map(|index| vec![index]).collect()
    }
}

/// What a network says to B samples.
pub struct Output {
    /// Its answers.
    pub answers: Answers,
    /// What it makes of the samples before it answers, (B, D), where it has one such place.
    pub representation: Option<Tensor>,
}

/// Answers to B samples.
pub enum Answers {
    /// A logit for each of K categories, (B, K); their softmax is the probabilities.
    Categories(Tensor),
    /// A score, (B).
    Score(Tensor),
    /// A logit for each of the task's N targets, (B, N); the sigmoid of each is its probability.
    Targets(Tensor),
}

impl Answers {
    /// The numbers, (B, K), (B, 1) or (B, N).
    pub(crate) fn rows(&self) -> candle_core::Result<Tensor> {
        match self {
            Self::Categories(logits) | Self::Targets(logits) => Ok(logits.clone()),
            Self::Score(scores) => scores.unsqueeze(1),
        }
    }
}
