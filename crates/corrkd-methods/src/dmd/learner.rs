//! DMD in training: all its losses at once, on complete samples or, where asked for, on samples that lose something.

use super::network::{Network, Shape};
use super::objective;
use super::settings::{Losses, Settings};
use crate::head::Head;
use crate::train_missing::validated_on;
use corrkd_config::Missing;
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, Params};
use corrkd_train::{Context, Learner, Model, Output, Term, TrainError, Training, TrainingBatch};

/// A network in training.
pub(super) struct DmdLearner {
    params: Params,
    network: Network,
    head: Head,
    losses: Losses,
    training: Training,
    /// What training samples lose, where they do.
    missing: Option<Missing>,
    seed: u64,
    context: Context,
}

impl DmdLearner {
    /// A fresh one.
    ///
    /// # Errors
    /// [`TrainError::Nn`].
    pub(super) fn new(
        settings: &Settings,
        missing: Option<Missing>,
        seed: u64,
        context: &Context,
    ) -> Result<Self, TrainError> {
        let mut params = context.params(seed)?;
        let head = Head::of(&context.space);
        let shape = Shape { widths: &context.widths, time: &context.time, numbers: head.numbers() };
        let network = Network::new(params.root().sub("dmd"), shape, &settings.network, &settings.dropout)?;
        let t = &settings.training;
        let training = Training {
            epochs: t.epochs,
            batch: t.batch,
            patience: t.patience,
            selection: t.selection,
            validated_on: validated_on(missing.as_ref(), context),
            weights: None,
            optimizer: t.optimizer(),
        };
        let losses = settings.losses;
        Ok(Self { params, network, head, losses, training, missing, seed, context: context.clone() })
    }
}

impl Model for DmdLearner {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let read = self.network.answer(&self.context.inputs(batch)?, DropoutKey::NONE)?;
        Ok(Output { answers: self.head.answers(&read.numbers)?, representation: Some(read.sum) })
    }
}

impl Learner for DmdLearner {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let inputs = match &self.missing {
            None => self.context.inputs(batch.batch)?,
            Some(law) => self.context.inputs(&self.context.masked(batch, self.seed, law))?,
        };
        let parts = self.network.parts(&inputs, batch.key)?;
        objective::terms(&self.network, &parts, &self.losses, self.head, batch.batch, &self.context)
    }
}
