//! A method of one's own in one file, held to what every method must keep: a linear map of the mean frames of what is there. To
//! make one of it, copy this to `src/NAME/mod.rs`, where `corrkd_methods` is `crate`, add its line to `METHODS` in `src/lib.rs`
//! and its row to `experiments/methods-quick.toml`.

use candle_core::Tensor;
use corrkd_config::{ConfigError, Job, MethodPlan, Missing, Modality, Protocol, Stage, typed};
use corrkd_data::Batch;
use corrkd_methods::Head;
use corrkd_nn::{Clip, Linear, OptimizerSettings, Params, masked_mean};
use corrkd_train::{Context, Learner, Method, Model, Needed, Output, Term, TrainError, Training, TrainingBatch};
use serde::{Deserialize, Serialize};
use toml::Table;

/// The method.
pub(super) struct Means;

/// What an experiment may set.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    training: Trains,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Trains {
    epochs: usize,
    batch: usize,
    learning_rate: f64,
}

impl Default for Trains {
    fn default() -> Self {
        Self { epochs: 30, batch: 32, learning_rate: 1e-3 }
    }
}

impl MethodPlan for Means {
    fn name(&self) -> &'static str {
        "means"
    }

    fn defaults(&self) -> Table {
        Table::try_from(Settings::default()).unwrap()
    }

    fn stages(&self, whose: &str, settings: Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let settings = Table::try_from(typed::<Settings>(whose, settings)?).unwrap();
        let needs = Vec::new();
        Ok(vec![Stage { name: "means", training: "training", settings, sees_missing: true, needs, is_part: false }])
    }
}

impl Method for Means {
    /// In `src` it is `env!("CORRKD_CODE_NAME")`, a digest of the folder.
    fn code(&self) -> &'static str {
        "template"
    }

    fn open(&self, job: &Job, seed: u64, context: &Context, _: &[Needed]) -> Result<Box<dyn Learner>, TrainError> {
        let Settings { training: t } = typed("means", job.settings.clone()).unwrap();
        let training = Training::plain(t.epochs, t.batch, OptimizerSettings::plain(t.learning_rate, Clip::Norm(1.0)));
        let head = Head::of(&context.space);
        let width = context.widths.iter().map(|(_, width)| width).sum();
        let mut params = context.params(seed)?;
        let linear = Linear::new(params.root().sub("linear"), width, head.numbers())?;
        let (law, context) = (job.missing.unwrap(), context.clone());
        Ok(Box::new(Network { params, linear, head, training, law, seed, context }))
    }
}

struct Network {
    params: Params,
    linear: Linear,
    head: Head,
    training: Training,
    law: Missing,
    seed: u64,
    context: Context,
}

impl Network {
    /// Of samples of D values a frame, all modalities together, (B, D) to (B, R).
    fn numbers(&self, batch: &Batch) -> Result<Tensor, TrainError> {
        let inputs = self.context.inputs(batch)?;
        let mean = |m: Modality| match inputs.frames.get(m) {
            Some(frames) => masked_mean(inputs.features.get(m), frames),
            None => inputs.features.get(m).mean(1),
        };
        let means = Modality::ALL.into_iter().map(mean).collect::<candle_core::Result<Vec<_>>>()?;
        Ok(self.linear.forward(&Tensor::cat(&means, 1)?)?)
    }
}

impl Model for Network {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        Ok(Output { answers: self.head.answers(&self.numbers(batch)?)?, representation: None })
    }
}

impl Learner for Network {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let masked = self.context.masked(batch, self.seed, &self.law);
        let value = self.head.loss(&self.numbers(&masked)?, batch.batch, &self.context)?;
        Ok(vec![Term { name: "task", weight: 1.0, value, parts: Vec::new() }])
    }
}
