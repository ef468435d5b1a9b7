//! CubeMLP in training: one loss, on complete samples or, where asked for, on samples that lose something.

use super::network::{Encoded, Network, Shape};
use super::settings::Settings;
use crate::head::Head;
use crate::train_missing::validated_on;
use corrkd_config::Missing;
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, Params};
use corrkd_train::{Context, Learner, Model, Output, Term, TrainError, Training, TrainingBatch};

/// A network in training.
pub(super) struct CubeMlpLearner {
    params: Params,
    network: Network,
    head: Head,
    training: Training,
    /// What training samples lose, where they do.
    missing: Option<Missing>,
    seed: u64,
    context: Context,
}

impl CubeMlpLearner {
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
        let shape = Shape {
            widths: &context.widths,
            time: *context.time.iter().map(|(_, time)| time).max().unwrap_or(&0),
            numbers: head.numbers(),
        };
        let network = Network::new(params.root().sub("cubemlp"), shape, &settings.network, &settings.dropout)?;
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
        Ok(Self { params, network, head, training, missing, seed, context: context.clone() })
    }

    /// What the network says about a batch as it is.
    fn encoded(&self, batch: &Batch, key: DropoutKey) -> Result<Encoded, TrainError> {
        Ok(self.network.forward(&self.context.inputs(batch)?, key)?)
    }
}

impl Model for CubeMlpLearner {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let Encoded { representation, numbers } = self.encoded(batch, DropoutKey::NONE)?;
        Ok(Output { answers: self.head.answers(&numbers)?, representation: Some(representation) })
    }
}

impl Learner for CubeMlpLearner {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let encoded = match &self.missing {
            None => self.encoded(batch.batch, batch.key)?,
            Some(law) => self.encoded(&self.context.masked(batch, self.seed, law), batch.key)?,
        };
        let value = self.head.loss(&encoded.numbers, batch.batch, &self.context)?;
        Ok(vec![Term { name: "task", weight: 1.0, value, parts: Vec::new() }])
    }
}
