//! TransM in training: it reads samples that lose something, answers for them, and tells them complete.

use super::network::{Encoded, Network};
use super::objective::translation_terms;
use super::settings::{Losses, Settings};
use crate::head::Head;
use crate::train_missing::validated_on;
use corrkd_config::Missing;
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, Params};
use corrkd_train::{Context, Learner, Model, Output, Term, TrainError, Training, TrainingBatch};

/// A network in training.
pub(super) struct TransMLearner {
    params: Params,
    network: Network,
    head: Head,
    losses: Losses,
    training: Training,
    law: Missing,
    seed: u64,
    context: Context,
}

impl TransMLearner {
    /// A fresh one; training samples lose what `law` says.
    ///
    /// # Errors
    /// [`TrainError::Nn`].
    pub(super) fn new(settings: &Settings, law: Missing, seed: u64, context: &Context) -> Result<Self, TrainError> {
        let mut params = context.params(seed)?;
        let head = Head::of(&context.space);
        let Settings { network, dropout, losses, training: t } = settings;
        let network = Network::new(params.root().sub("transm"), &context.widths, head.numbers(), network, dropout)?;
        let training = Training {
            epochs: t.epochs,
            batch: t.batch,
            patience: t.patience,
            selection: t.selection,
            validated_on: validated_on(Some(&law), context),
            weights: None,
            optimizer: t.optimizer(),
        };
        Ok(Self { params, network, head, losses: *losses, training, law, seed, context: context.clone() })
    }
}

impl Model for TransMLearner {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let inputs = self.context.inputs(batch)?;
        let Encoded { representation, numbers, .. } = self.network.forward(&inputs, DropoutKey::NONE)?;
        Ok(Output { answers: self.head.answers(&numbers)?, representation: Some(representation) })
    }
}

impl Learner for TransMLearner {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let context = &self.context;
        let inputs = context.inputs(&context.masked(batch, self.seed, &self.law))?;
        let encoded = self.network.forward(&inputs, batch.key)?;
        let value = self.head.loss(&encoded.numbers, batch.batch, context)?;
        let translations = self.network.translations(&encoded, &inputs, batch.key)?;
        let (weight, complete) = (self.losses.translation, context.inputs(batch.batch)?);
        let wanted = (batch.batch, &complete);
        let mut terms = vec![Term { name: "task", weight: 1.0, value, parts: Vec::new() }];
        terms.extend(translation_terms(&translations, weight, wanted, context)?);
        Ok(terms)
    }
}
