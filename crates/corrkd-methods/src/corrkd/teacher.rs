//! The teacher: the task's loss on complete samples (method, section 3, step 1).

use super::idle::of_task;
use super::network::Network;
use super::response::{Response, numbers};
use super::settings::Settings;
use corrkd_config::Condition;
use corrkd_data::Batch;
use corrkd_losses::Loss;
use corrkd_nn::{DropoutKey, Params};
use corrkd_train::{
    Context, Idle, Inputs, Known, Learner, Model, Output, Tensors, Term, TrainError, Training, TrainingBatch,
};

/// The scope of a teacher's parameters, and the table of its training.
const SCOPE: &str = "teacher";

/// A teacher, in training or frozen.
pub struct Teacher {
    params: Params,
    network: Network,
    response: Response,
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
        Self::build(context.params(seed)?, settings, context)
    }

    /// A finished teacher, of the weights by name, which nothing can change any more.
    ///
    /// # Errors
    /// [`corrkd_nn::NnError::Parameter`] for a weight that is absent or has another shape.
    pub fn frozen(settings: &Settings, weights: &Tensors, context: &Context) -> Result<Self, TrainError> {
        Self::build(context.frozen(weights)?, settings.clone(), context.clone())
    }

    fn build(mut params: Params, settings: Settings, context: Context) -> Result<Self, TrainError> {
        let Settings { network, dropout, losses, .. } = &settings;
        let numbers = numbers(&context.space);
        let network = Network::new(params.root().sub(SCOPE), &context.widths, network, dropout, numbers)?;
        let response = Response::of(&context, losses.task.weights);
        let training = training(&settings.teacher, &response, vec![Condition::COMPLETE]);
        Ok(Self { params, network, response, training, settings, context })
    }

    /// What it says to a batch, without dropout.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn says(&self, batch: &Batch) -> Result<super::Output, TrainError> {
        Ok(self.network.forward(&inputs(&self.settings, &self.context, batch)?, DropoutKey::NONE)?)
    }
}

/// How the loop trains by settings.
pub(super) fn training(settings: &super::Training, response: &Response, validated_on: Vec<Condition>) -> Training {
    Training {
        epochs: settings.epochs,
        batch: settings.batch,
        patience: settings.patience,
        selection: settings.selection,
        validated_on,
        weights: response.weights(),
        optimizer: settings.optimizer(),
    }
}

/// A batch as the network takes it.
pub(super) fn inputs(settings: &Settings, context: &Context, batch: &Batch) -> Result<Inputs, TrainError> {
    let inputs = context.inputs(batch)?;
    match settings.network.attend_missing {
        true => Ok(inputs),
        false => Ok(inputs.attending_to(&batch.present, &batch.lengths, &batch.time)?),
    }
}

/// What a network has said, as the loop takes it.
pub(super) fn answer(said: super::Output, response: &Response) -> Result<Output, TrainError> {
    Ok(Output { answers: response.answers(&said.logits)?, representation: Some(said.representation) })
}

/// What a network says to a batch, some of whose sequences it may have encoded before.
pub(super) fn again(
    network: &Network,
    (settings, context): (&Settings, &Context),
    batch: &Batch,
    known: &mut Known,
) -> Result<super::Output, TrainError> {
    let encode = |new: &Batch| Ok(network.encode(&inputs(settings, context, new)?, DropoutKey::NONE)?);
    Ok(network.judge(&known.encode(batch, context, encode)?, DropoutKey::NONE)?)
}

impl Model for Teacher {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        answer(self.says(batch)?, &self.response)
    }

    fn answer_again(&self, batch: &Batch, known: &mut Known) -> Result<Output, TrainError> {
        answer(again(&self.network, (&self.settings, &self.context), batch, known)?, &self.response)
    }
}

impl Learner for Teacher {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn idle(&self) -> Vec<Idle> {
        of_task(SCOPE, &self.response, &self.context).into_iter().collect()
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let inputs = inputs(&self.settings, &self.context, batch.batch)?;
        let logits = self.network.forward(&inputs, batch.key)?.logits;
        let Loss { value, parts } = self.response.loss(&logits, batch.batch, &self.context)?;
        Ok(vec![Term { name: "task", weight: 1.0, value, parts }])
    }
}
