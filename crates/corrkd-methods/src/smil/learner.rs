//! SMIL in training (section 3.4): an inner step on samples with something missing, and the loss of complete ones
//! behind it.

use super::model::{Model, Perturbed, Seen};
use super::network::{Network, Read};
use super::pretrained::{frozen, training};
use super::priors::priors;
use super::settings::{Inner, Losses, Settings};
use super::{NAME, PRETRAINED};
use crate::head::Head;
use candle_core::Tensor;
use corrkd_config::{Condition, Missing, Modality, PerModality};
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, Init, Optimizer, Params};
use corrkd_train::{Context, Learner, Needed, Output, Pass, Tensors, Term, TrainError, Training, TrainingBatch};

/// A model in training.
pub struct SmilLearner {
    params: Params,
    model: Model,
    head: Head,
    losses: Losses,
    inner: Inner,
    training: Training,
    law: Missing,
    seed: u64,
    context: Context,
}

/// A batch with what it loses, and as it is.
struct Views {
    masked: Seen,
    complete: Seen,
}

impl SmilLearner {
    /// One whose main network is the pretrained one; all else is fresh.
    ///
    /// # Errors
    /// [`TrainError::Nn`].
    pub fn new(
        settings: &Settings,
        law: Missing,
        seed: u64,
        pretrained: &Needed,
        context: &Context,
    ) -> Result<Self, TrainError> {
        let start = frozen(settings, &pretrained.weights, context)?;
        let priors = priors(&start, settings.network.width, &settings.reconstruction, seed, context)?;
        let fresh = Self::with(settings, law, seed, priors, context)?;
        fresh.params.load(&begun(&fresh.params, &pretrained.weights)?)?;
        Ok(fresh)
    }

    /// One that has learned, whose priors are those that [`Learner::constants`] gave.
    ///
    /// # Errors
    /// [`TrainError::Nn`].
    pub(super) fn finished(
        settings: &Settings,
        law: Missing,
        constants: &Tensors,
        context: &Context,
    ) -> Result<Self, TrainError> {
        let shape = [settings.reconstruction.priors, settings.network.width];
        let mut kept = context.frozen(constants)?;
        let mut kept = kept.root();
        let priors = PerModality::try_from_fn(|m| kept.get(&prior(m), &shape, Init::Zeros))?;
        Self::with(settings, law, 0, priors, context)
    }

    fn with(
        settings: &Settings,
        law: Missing,
        seed: u64,
        priors: PerModality<Tensor>,
        context: &Context,
    ) -> Result<Self, TrainError> {
        let Settings { network: size, reconstruction, dropout, losses, inner, .. } = settings;
        let head = Head::of(&context.space);
        let mut params = context.params(seed)?;
        let mut root = params.root();
        let network = Network::new(root.sub(&main_network()), &context.widths, size, dropout, head.numbers())?;
        let model = Model::new(root.sub(NAME), network, size, reconstruction, priors)?;
        let sets = context.statistics.modalities().subsets();
        Ok(Self {
            params,
            model,
            head,
            losses: *losses,
            inner: *inner,
            training: training(&settings.training, sets.map(Condition::only).collect()),
            law,
            seed,
            context: context.clone(),
        })
    }

    /// The losses of a step and its gradient: that of the inner loss where the parameters are, and that of the outer
    /// one where the inner step leads.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn pass(&self, batch: &TrainingBatch<'_>) -> Result<Pass, TrainError> {
        let views = self.views(batch)?;
        let inner = Pass::of_terms(self.inner(&views, batch)?, &self.params)?;
        let outer = || Pass::of_terms(self.outer(&views, batch)?, &self.params);
        let outer = self.params.ahead(&main_network(), &inner.gradients, self.inner.rate(batch.epoch), outer)?;
        inner.plus(outer)
    }

    fn views(&self, batch: &TrainingBatch<'_>) -> Result<Views, TrainError> {
        let masked = self.context.masked(batch, self.seed, &self.law);
        Ok(Views { masked: Seen::of(&masked, &self.context)?, complete: Seen::of(batch.batch, &self.context)? })
    }

    /// The inner loss: the task's, of samples with something missing, under noise.
    fn inner(&self, views: &Views, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let Read { numbers, .. } = self.model.read(&views.masked, Perturbed::Drawn, batch.key)?;
        let value = self.head.loss(&numbers, batch.batch, &self.context)?;
        Ok(vec![Term { name: "inner", weight: 1.0, value, parts: Vec::new() }])
    }

    /// The outer loss: the task's, of the same without noise, and how far their features are from those of the complete
    /// ones.
    fn outer(&self, views: &Views, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let rebuilt = self.model.read(&views.masked, Perturbed::Mean, batch.key.named("rebuilt"))?;
        let clean = self.model.read(&views.complete, Perturbed::Not, batch.key.named("clean"))?;
        let task = self.head.loss(&rebuilt.numbers, batch.batch, &self.context)?;
        let apart = |a: &Tensor, b: &Tensor| (a - b)?.sqr()?.mean_all();
        let term = |name, weight, value| Term { name, weight, value, parts: Vec::new() };
        Ok(vec![
            term("task", 1.0, task),
            term("fused", self.losses.fused, apart(&clean.fused, &rebuilt.fused)?),
            term("hidden", self.losses.hidden, apart(&clean.hidden, &rebuilt.hidden)?),
        ])
    }
}

/// What a modality's priors are called among the constants.
pub(super) fn prior(modality: Modality) -> String {
    format!("priors.{modality}")
}

/// The scope of the main network, which alone takes the inner step.
pub(super) fn main_network() -> String {
    format!("{NAME}.network")
}

/// The parameters as they start: the main network's are the pretrained one's.
fn begun(params: &Params, pretrained: &Tensors) -> Result<Tensors, TrainError> {
    let mut values = params.values()?;
    for (name, value) in pretrained {
        values.insert(name.replacen(PRETRAINED, &main_network(), 1), value.clone());
    }
    Ok(values)
}

impl corrkd_train::Model for SmilLearner {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let seen = Seen::of(batch, &self.context)?;
        let Read { numbers, hidden, .. } = self.model.read(&seen, Perturbed::Mean, DropoutKey::NONE)?;
        Ok(Output { answers: self.head.answers(&numbers)?, representation: Some(hidden) })
    }
}

impl Learner for SmilLearner {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn constants(&self) -> Result<Tensors, TrainError> {
        Ok(Modality::ALL.into_iter().map(|m| (prior(m), self.model.priors(m).clone())).collect())
    }

    /// Both losses where the parameters are, as if the inner step were of no length.
    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let views = self.views(batch)?;
        let mut terms = self.inner(&views, batch)?;
        terms.extend(self.outer(&views, batch)?);
        Ok(terms)
    }

    fn step(
        &mut self,
        batch: &TrainingBatch<'_>,
        optimizer: &mut Optimizer,
    ) -> Result<corrkd_train::Losses, TrainError> {
        self.pass(batch)?.descend(&self.params, optimizer)
    }
}
