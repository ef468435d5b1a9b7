//! MCTN in training: the model of one set of modalities, on samples of which it reads its own; and, in the run that
//! answers for all, the finished models of the other sets, each for the samples that have its modalities.

use super::block::greatest;
use super::model::SetModel;
use super::route::Route;
use super::set_of;
use super::settings::{Losses, Settings};
use candle_core::{DType, Tensor};
use corrkd_config::{Condition, Modality, PerModality, Presence};
use corrkd_data::Batch;
use corrkd_nn::{Init, Params};
use corrkd_train::{Context, Learner, Model, Needed, Output, Tensors, Term, TrainError, Training, TrainingBatch};

/// A set's model in training.
pub(super) struct MctnLearner {
    params: Params,
    model: SetModel,
    /// The finished ones, of the other sets.
    others: Vec<SetModel>,
    /// Their weights, and the greatest values of the features.
    constants: Tensors,
    losses: Losses,
    training: Training,
    context: Context,
}

impl MctnLearner {
    /// A fresh one of the stage with this name; `needs` are the other sets' finished runs.
    ///
    /// # Errors
    /// [`TrainError::Nn`]; [`TrainError::Job`] for a run that is not of another set's stage.
    pub(super) fn new(
        stage: &str,
        settings: &Settings,
        seed: u64,
        context: &Context,
        needs: &[Needed],
    ) -> Result<Self, TrainError> {
        let mut constants: Tensors = needs.iter().flat_map(|need| need.weights.clone()).collect();
        for (m, greatest) in greatest(&context.train, &context.widths).iter() {
            constants.insert(most(m), Tensor::new(greatest.as_slice(), &context.device)?);
        }
        let stages: Vec<&str> = needs.iter().map(|need| need.job.stage.as_str()).collect();
        Self::with(stage, settings, seed, context, &stages, constants)
    }

    /// One of a stage's name, of the other sets' stages, and of constants that have their weights and the greatest values.
    ///
    /// # Errors
    /// As [`new`](Self::new); [`corrkd_nn::NnError::Parameter`] for a constant that is absent or has another shape.
    pub(super) fn with(
        stage: &str,
        settings: &Settings,
        seed: u64,
        context: &Context,
        others: &[&str],
        constants: Tensors,
    ) -> Result<Self, TrainError> {
        let mut kept = context.frozen(&constants)?;
        let greatest = PerModality::try_from_fn(|m| {
            let found = kept.root().get(&most(m), &[*context.widths.get(m)], Init::Zeros)?;
            Ok::<_, TrainError>(found.to_dtype(DType::F32)?.to_vec1::<f32>()?)
        })?;
        let mut params = context.params(seed)?;
        let model = built(&mut params, stage, settings, &greatest, context)?;
        let other = |other: &&str| built(&mut kept, other, settings, &greatest, context);
        let others = others.iter().map(other).collect::<Result<_, _>>()?;
        let t = &settings.training;
        let training = Training {
            epochs: t.epochs,
            batch: t.batch,
            patience: t.patience,
            selection: t.selection,
            validated_on: vec![Condition::COMPLETE],
            weights: None,
            optimizer: t.optimizer(format!("{stage}.regressor.head.weight")),
        };
        Ok(Self { params, model, others, constants, losses: settings.losses, training, context: context.clone() })
    }

    /// The model that answers a sample: of the other sets' that of its modalities, where there is one that reads or
    /// translates something else than this one does.
    fn model_of(&self, batch: &Batch, row: usize) -> usize {
        let has = |m: Modality| {
            let time = *batch.time.get(m);
            batch.present.get(m)[row * time..][..time].contains(&true)
        };
        let Some(set) = Presence::of(has) else { return 0 };
        let route = Route::of(set, self.context.statistics.modalities());
        self.models().position(|model| model.route == route).unwrap_or(0)
    }

    /// Its own, then the other sets'.
    fn models(&self) -> impl Iterator<Item = &SetModel> {
        [&self.model].into_iter().chain(&self.others)
    }
}

/// What the greatest values of a modality's features are called among the constants.
fn most(modality: Modality) -> String {
    format!("greatest.{modality}")
}

/// The model of a stage's set, in a scope of the stage's name.
fn built(
    params: &mut Params,
    stage: &str,
    settings: &Settings,
    greatest: &PerModality<Vec<f32>>,
    context: &Context,
) -> Result<SetModel, TrainError> {
    let route = Route::of(set_of(stage)?, context.statistics.modalities());
    SetModel::new(params.root().sub(stage), route, settings, greatest, context)
}

impl Model for MctnLearner {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let mut rows = vec![Vec::new(); 1 + self.others.len()];
        (0..batch.ids.len()).for_each(|row| rows[self.model_of(batch, row)].push(row));
        let (mut numbers, mut representations) = (Vec::new(), Vec::new());
        for (model, rows) in self.models().zip(&rows).filter(|(_, rows)| !rows.is_empty()) {
            let said = model.says(batch, rows, &self.context)?;
            numbers.push(said.numbers);
            representations.push(said.representation);
        }
        // From model after model back to the batch's order.
        let mut places = vec![0u32; batch.ids.len()];
        rows.iter().flatten().enumerate().for_each(|(place, &row)| places[row] = place as u32);
        let places = Tensor::new(places, &self.context.device)?;
        let in_order = |parts: &[Tensor]| Tensor::cat(parts, 0)?.index_select(&places, 0);
        let answers = self.model.answers(&in_order(&numbers)?)?;
        Ok(Output { answers, representation: Some(in_order(&representations)?) })
    }
}

impl Learner for MctnLearner {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn constants(&self) -> Result<Tensors, TrainError> {
        Ok(self.constants.clone())
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        self.model.terms(batch.batch, &self.losses, batch.key, &self.context)
    }
}
