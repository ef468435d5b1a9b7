//! The teacher: cross entropy on complete samples (method, section 3, step 1).

use super::network::Network;
use super::settings::Settings;
use candle_core::Tensor;
use corrkd_config::Condition;
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, Params, cross_entropy};
use corrkd_train::{Answers, Context, Inputs, Learner, Model, Output, Term, TrainError, Training, TrainingBatch};
use std::collections::BTreeMap;

/// The scope of a teacher's parameters.
const SCOPE: &str = "teacher";

/// A teacher, in training or frozen.
pub struct Teacher {
    params: Params,
    network: Network,
    training: Training,
    settings: Settings,
    context: Context,
}

impl Teacher {
    /// A fresh teacher.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn new(settings: Settings, seed: u64, context: Context) -> Result<Self, TrainError> {
        let params = Params::new(seed, context.dtype, &context.device);
        Self::build(params, settings, context)
    }

    /// A finished teacher, of the weights by name, which nothing can change any more.
    ///
    /// # Errors
    /// [`corrkd_nn::NnError::Parameter`] for a weight that is absent or has another shape.
    pub fn frozen(
        settings: &Settings,
        weights: &BTreeMap<String, Tensor>,
        context: &Context,
    ) -> Result<Self, TrainError> {
        let params = Params::frozen(weights, context.dtype, &context.device)?;
        Self::build(params, settings.clone(), context.clone())
    }

    fn build(params: Params, settings: Settings, context: Context) -> Result<Self, TrainError> {
        let mut params = params.with(context.kernels);
        let categories = context.task.categories();
        let Settings { network, dropout, .. } = &settings;
        let network = Network::new(params.root().sub(SCOPE), &context.widths, network, dropout, categories)?;
        let training = training(&settings.teacher, vec![Condition::COMPLETE]);
        Ok(Self { params, network, training, settings, context })
    }
}

/// How the loop trains by settings.
pub(super) fn training(settings: &super::Training, validated_on: Vec<Condition>) -> Training {
    Training {
        epochs: settings.epochs,
        batch: settings.batch,
        patience: settings.patience,
        selection: settings.selection,
        validated_on,
        optimizer: settings.optimizer(),
    }
}

/// A batch as the network takes it.
pub(super) fn inputs(settings: &Settings, context: &Context, batch: &Batch) -> Result<Inputs, TrainError> {
    let inputs = context.inputs(batch)?;
    match settings.network.attend_missing {
        true => Ok(inputs),
        false => Ok(inputs.attending_to(&batch.present, &batch.lengths, batch.time)?),
    }
}

/// What the network says to a batch.
pub(super) fn answer(network: &Network, inputs: &Inputs) -> Result<Output, TrainError> {
    let said = network.forward(inputs, DropoutKey::NONE)?;
    Ok(Output { answers: Answers::Categories(said.logits), representation: Some(said.representation) })
}

impl Model for Teacher {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        answer(&self.network, &inputs(&self.settings, &self.context, batch)?)
    }
}

impl Learner for Teacher {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let inputs = inputs(&self.settings, &self.context, batch.batch)?;
        let logits = self.network.forward(&inputs, batch.key)?.logits;
        let targets = self.context.targets(&self.context.categories(batch.batch))?;
        Ok(vec![Term { name: "task", weight: 1.0, value: cross_entropy(&logits, &targets)? }])
    }
}
