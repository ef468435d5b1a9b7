//! What the loop needs to know of a network that learns.

use crate::{Idle, Model, Pass, Tensors, TrainError, part};
use candle_core::Tensor;
use corrkd_config::{Condition, Selection};
use corrkd_data::{Batch, Split};
use corrkd_nn::{DropoutKey, Number, Optimizer, OptimizerSettings, Params};

/// A network that learns.
pub trait Learner: Model {
    /// Everything the optimizer changes.
    fn params(&self) -> &Params;

    /// How it trains.
    fn training(&self) -> &Training;

    /// The parts of the loss on a batch. It changes nothing: it is asked again, sample by sample, to find out where a
    /// number comes from that is not finite.
    ///
    /// # Errors
    /// A tensor operation's.
    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError>;

    /// Parts of its terms that may turn out to do nothing; by default none.
    fn idle(&self) -> Vec<Idle> {
        Vec::new()
    }

    /// What its answers are made with beside its parameters and what its context has: numbers that were worked out before it
    /// learned, and that no step changes; by default none.
    ///
    /// # Errors
    /// A tensor operation's.
    fn constants(&self) -> Result<Tensors, TrainError> {
        Ok(Tensors::new())
    }

    /// Learns from one batch; by default [`descend`]. A method with inner steps, or with a state of its own, does more.
    ///
    /// # Errors
    /// A tensor operation's; [`corrkd_nn::NnError`] for a parameter without a gradient.
    fn step(&mut self, batch: &TrainingBatch<'_>, optimizer: &mut Optimizer) -> Result<Losses, TrainError> {
        descend(self, batch, optimizer)
    }

    /// What it keeps across epochs beside its parameters, for a checkpoint; by default nothing.
    ///
    /// # Errors
    /// A tensor operation's.
    fn state(&self) -> Result<Tensors, TrainError> {
        Ok(Tensors::new())
    }

    /// Takes up what [`state`](Self::state) gave.
    ///
    /// # Errors
    /// If something is absent or has another shape.
    fn restore(&mut self, _state: &Tensors) -> Result<(), TrainError> {
        Ok(())
    }
}

/// How a network is trained and its best epoch chosen.
#[derive(Clone, Debug)]
pub struct Training {
    /// Passes over the training split.
    pub epochs: usize,
    /// Samples per batch; groups, where samples stay together. A single sample that is left at the end of an epoch joins the
    /// batch before it.
    pub batch: usize,
    /// Epochs without a better validation score before training stops; 0 trains all epochs.
    pub patience: usize,
    /// What makes an epoch the best.
    pub selection: Selection,
    /// The conditions whose mean validation score that is.
    pub validated_on: Vec<Condition>,
    /// By how much each of the K categories counts in the loss on the validation split, where they do not all count the same.
    pub weights: Option<Vec<f32>>,
    /// Rates, clipping, schedule, accumulation.
    pub optimizer: OptimizerSettings,
}

impl Training {
    /// All epochs, of which the best is that with the least loss on the complete validation split.
    #[must_use]
    pub fn plain(epochs: usize, batch: usize, optimizer: OptimizerSettings) -> Self {
        let validated_on = vec![Condition::COMPLETE];
        Self { epochs, batch, patience: 0, selection: Selection::Loss, validated_on, weights: None, optimizer }
    }
}

/// Some samples of the training split.
pub struct TrainingBatch<'a> {
    /// The complete samples, B.
    pub batch: &'a Batch,
    /// The split that they are from.
    pub split: &'a Split,
    /// Their places in the split, B.
    pub indices: &'a [usize],
    /// The epoch, from 1.
    pub epoch: usize,
    /// What dropout is drawn from.
    pub key: DropoutKey,
}

/// A named part of the loss.
pub struct Term {
    /// Its name: `task`, `scd`.
    pub name: &'static str,
    /// Its factor in the sum.
    pub weight: f64,
    /// Its value, one number.
    pub value: Tensor,
    /// What it is made of, to be told beside it: named numbers, such as `scd.push`.
    pub parts: Vec<(&'static str, Number)>,
}

/// What a step on one batch came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Losses {
    /// Each term's value by name, then `total`, their weighted sum.
    pub terms: Vec<(&'static str, f64)>,
    /// The terms' parts, by name.
    pub parts: Vec<(&'static str, f64)>,
    /// The gradient's norm before it is clipped; none where the optimizer waits for more batches.
    pub norm: Option<f64>,
}

impl Losses {
    /// The first number that is not finite, with its name.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, f64)> {
        let norm = self.norm.map(|norm| ("the gradient's norm", norm));
        self.terms.iter().copied().chain(norm).find(|(_, value)| !value.is_finite())
    }
}

/// The usual step: the terms, the gradient of their weighted sum, the optimizer. Where a term is not finite, the optimizer
/// is not asked.
///
/// # Errors
/// A tensor operation's; [`corrkd_nn::NnError`] for a parameter without a gradient.
pub fn descend<L: Learner + ?Sized>(
    learner: &L,
    batch: &TrainingBatch<'_>,
    optimizer: &mut Optimizer,
) -> Result<Losses, TrainError> {
    descend_on(part("forward", || learner.terms(batch))?, learner.params(), optimizer)
}

/// The same on terms that are there already: for a learner that keeps something else of the pass that made them.
///
/// # Errors
/// As [`descend`].
pub fn descend_on(terms: Vec<Term>, params: &Params, optimizer: &mut Optimizer) -> Result<Losses, TrainError> {
    Pass::of_terms(terms, params)?.descend(params, optimizer)
}
