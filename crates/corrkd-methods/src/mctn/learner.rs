//! MCTN in training: the model of one set of modalities, on samples of which it reads its own; and, in the run that
//! answers for all, the finished models of the other sets, each for the samples that have its modalities.

use super::block::greatest;
use super::model::SetModel;
use super::route::Route;
use super::settings::{Losses, Settings};
use super::{NAME, set_of};
use candle_core::Tensor;
use corrkd_config::{Condition, Modality, PerModality, Presence, typed};
use corrkd_data::Batch;
use corrkd_nn::Params;
use corrkd_train::{Context, Learner, Model, Needed, Output, Term, TrainError, Training, TrainingBatch};

/// A set's model in training.
pub(super) struct MctnLearner {
    params: Params,
    model: SetModel,
    /// The finished ones, of the other sets.
    others: Vec<SetModel>,
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
        let greatest = greatest(&context.train, &context.widths);
        let mut params = Params::new(seed, context.dtype, &context.device).with(context.kernels);
        let model = built(&mut params, stage, settings, &greatest, context)?;
        let finished = |need: &Needed| {
            let settings = typed(NAME, need.job.settings.clone()).map_err(|e| TrainError::job(NAME, &e))?;
            let params = Params::frozen(&need.weights, context.dtype, &context.device)?;
            built(&mut params.with(context.kernels), &need.job.stage, &settings, &greatest, context)
        };
        let others = needs.iter().map(finished).collect::<Result<_, _>>()?;
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
        Ok(Self { params, model, others, losses: settings.losses, training, context: context.clone() })
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

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        self.model.terms(batch.batch, &self.losses, batch.key, &self.context)
    }
}
