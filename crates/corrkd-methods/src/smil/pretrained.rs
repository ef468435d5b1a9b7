//! The main network while it is pretrained: the task's loss on complete samples.

use super::PRETRAINED;
use super::network::{Network, Read};
use super::settings::Settings;
use crate::head::Head;
use corrkd_config::Condition;
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, Params};
use corrkd_train::{Context, Learner, Model, Output, Tensors, Term, TrainError, Training, TrainingBatch};

/// A network in pretraining.
pub(super) struct Pretrained {
    params: Params,
    network: Network,
    head: Head,
    training: Training,
    context: Context,
}

impl Pretrained {
    /// A fresh one.
    ///
    /// # Errors
    /// [`TrainError::Nn`].
    pub(super) fn new(settings: &Settings, seed: u64, context: &Context) -> Result<Self, TrainError> {
        let (params, network) = built(context.params(seed)?, settings, context)?;
        let training = training(&settings.pretraining, vec![Condition::COMPLETE]);
        Ok(Self { params, network, head: Head::of(&context.space), training, context: context.clone() })
    }
}

/// A finished one's network, of the weights by name, which nothing can change any more.
///
/// # Errors
/// [`corrkd_nn::NnError::Parameter`] for a weight that is absent or has another shape.
pub(super) fn frozen(settings: &Settings, weights: &Tensors, context: &Context) -> Result<Network, TrainError> {
    Ok(built(context.frozen(weights)?, settings, context)?.1)
}

fn built(mut params: Params, settings: &Settings, context: &Context) -> Result<(Params, Network), TrainError> {
    let Settings { network, dropout, .. } = settings;
    let numbers = Head::of(&context.space).numbers();
    let network = Network::new(params.root().sub(PRETRAINED), &context.widths, network, dropout, numbers)?;
    Ok((params, network))
}

/// How the loop trains by settings.
pub(super) fn training(settings: &super::Training, validated_on: Vec<Condition>) -> Training {
    Training {
        epochs: settings.epochs,
        batch: settings.batch,
        patience: settings.patience,
        selection: settings.selection,
        validated_on,
        weights: None,
        optimizer: settings.optimizer(),
    }
}

impl Model for Pretrained {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let Read { numbers, hidden, .. } = self.network.read(&self.context.inputs(batch)?, DropoutKey::NONE)?;
        Ok(Output { answers: self.head.answers(&numbers)?, representation: Some(hidden) })
    }
}

impl Learner for Pretrained {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let Read { numbers, .. } = self.network.read(&self.context.inputs(batch.batch)?, batch.key)?;
        let value = self.head.loss(&numbers, batch.batch, &self.context)?;
        Ok(vec![Term { name: "task", weight: 1.0, value, parts: Vec::new() }])
    }
}
