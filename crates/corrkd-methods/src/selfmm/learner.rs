//! Self-MM in training: the loss of all modalities together and of each alone, on labels that it generates itself.

use super::labels::{Features, Labels, Widths};
use super::network::{Network, Read, Said};
use super::settings::Settings;
use crate::train_missing::validated_on;
use candle_core::Tensor;
use corrkd_config::{LabelSpace, Missing, Modality, PerModality};
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, Number, Optimizer, Params, mean_absolute_error, read};
use corrkd_train::{
    Answers, Context, Idle, Learner, Losses, Model, Output, Term, TrainError, Training, TrainingBatch, descend_on,
};
use std::collections::BTreeMap;

/// The name of the network among the parameters.
pub(super) const NETWORK: &str = "selfmm";

/// A network in training.
pub(super) struct SelfMmLearner {
    params: Params,
    network: Network,
    labels: Labels,
    training: Training,
    /// What training samples lose, where they do.
    missing: Option<Missing>,
    seed: u64,
    context: Context,
}

impl SelfMmLearner {
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
        let Settings { network: size, dropout, training, .. } = settings;
        let targets = context.space.targets().len();
        let network = Network::new(params.root().sub(NETWORK), &context.widths, targets, size, dropout)?;
        let given = context.train.samples.iter().flat_map(|sample| around_zero(&context.space, sample.label));
        let widths = Widths { fused: size.fused, unimodal: size.unimodal };
        let labels = Labels::new(given.collect(), targets, most(&context.space), &widths, context.dtype);
        let training = Training {
            epochs: training.epochs,
            batch: training.batch,
            patience: training.patience,
            selection: training.selection,
            validated_on: validated_on(missing.as_ref(), context),
            weights: None,
            optimizer: training.optimizer(|m| format!("{NETWORK}.{m}")),
        };
        Ok(Self { params, network, labels, training, missing, seed, context: context.clone() })
    }

    /// What the network says about a batch as it is.
    fn said(&self, batch: &Batch, key: DropoutKey) -> Result<Said, TrainError> {
        Ok(self.network.forward(&self.context.inputs(batch)?, key)?)
    }

    /// What it says about a training batch, which loses what it is to lose.
    fn said_in_training(&self, batch: &TrainingBatch<'_>) -> Result<Said, TrainError> {
        match &self.missing {
            None => self.said(batch.batch, batch.key),
            Some(law) => self.said(&self.context.masked(batch, self.seed, law), batch.key),
        }
    }

    /// The losses of what it says about samples of the training split.
    fn terms_of(&self, said: &Said, samples: &[usize]) -> Result<Vec<Term>, TrainError> {
        let given = self.labels.given(samples);
        let value = mean_absolute_error(&said.fused.numbers, &self.tensor(&given, &said.fused)?)?;
        let mut terms = vec![Term { name: "task", weight: 1.0, value, parts: Vec::new() }];
        for (m, read) in said.unimodal.iter() {
            let labels = self.labels.generated(m, samples);
            let weights: Vec<f64> = labels.iter().zip(&given).map(|(s, m)| (s - m).abs().tanh()).collect();
            let [labels, weight] = [&labels, &weights].map(|values| self.tensor(values, read));
            let error = (&read.numbers - labels?)?;
            // Not `abs`, whose gradient at zero is one.
            let value = ((&error * error.sign()?)? * weight?)?.mean_all()?;
            let mean = weights.iter().sum::<f64>() / weights.len() as f64;
            terms.push(Term { name: m.name(), weight: 1.0, value, parts: vec![(part(m), Number::Known(mean))] });
        }
        Ok(terms)
    }

    /// Values (B, R) as what a reader's numbers are compared with.
    fn tensor(&self, values: &[f64], read: &Read) -> Result<Tensor, TrainError> {
        let tensor = Tensor::from_slice(values, read.numbers.dims(), &self.context.device)?;
        Ok(tensor.to_dtype(self.context.dtype)?)
    }
}

impl Model for SelfMmLearner {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let Read { features, numbers } = self.said(batch, DropoutKey::NONE)?.fused;
        let answers = match self.context.space.scale() {
            Some(scale) => Answers::Score((numbers.squeeze(1)? + f64::from(scale.neutral))?),
            None => Answers::Targets(numbers),
        };
        Ok(Output { answers, representation: Some(features) })
    }
}

impl Learner for SelfMmLearner {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        self.terms_of(&self.said_in_training(batch)?, batch.indices)
    }

    fn idle(&self) -> Vec<Idle> {
        let idle = |m: Modality| Idle {
            part: part(m),
            at: 0.0,
            warning: format!(
                "Self-MM learned nothing from {m} alone: each of its labels stayed the one that was given, so that its loss \
                 weighed nothing. Labels are generated from the second epoch on, and weigh from the third on: raise \
                 training.epochs where there are fewer; they need samples on both sides of each target."
            ),
        };
        Modality::ALL.map(idle).to_vec()
    }

    fn step(&mut self, batch: &TrainingBatch<'_>, optimizer: &mut Optimizer) -> Result<Losses, TrainError> {
        let said = self.said_in_training(batch)?;
        let losses = descend_on(self.terms_of(&said, batch.indices)?, &self.params, optimizer)?;
        // What is not finite ends the run, and is looked for with the labels as they were.
        if losses.fault().is_none() {
            let unimodal = Modality::ALL.map(|m| &said.unimodal.get(m).features);
            let mut fused = read(&[&[&said.fused.features], &unimodal[..]].concat())?;
            let mut rest = fused.split_off(said.fused.features.elem_count()).into_iter();
            let unimodal =
                PerModality::from_fn(|m| rest.by_ref().take(said.unimodal.get(m).features.elem_count()).collect());
            self.labels.update(batch.indices, &Features { fused, unimodal }, batch.epoch);
        }
        Ok(losses)
    }

    fn state(&self) -> Result<BTreeMap<String, Tensor>, TrainError> {
        Ok(self.labels.state()?)
    }

    fn restore(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), TrainError> {
        Ok(self.labels.restore(state)?)
    }
}

/// A label as one for each target, around zero: how far a score lies from its neutral value; of categories 1 for the one that
/// it is, and -1 for the others.
fn around_zero(space: &LabelSpace, label: f32) -> Vec<f64> {
    match space.scale() {
        Some(scale) => vec![f64::from(label) - f64::from(scale.neutral)],
        None => (0..space.targets().len()).map(|target| f64::from(space.truth(target, label))).collect(),
    }
}

/// H, what generated labels are cut to on either side of zero: half of the scale's range, or 1 for categories.
fn most(space: &LabelSpace) -> f64 {
    space.scale().map_or(1.0, |scale| (f64::from(scale.range[1]) - f64::from(scale.range[0])) / 2.0)
}

/// The mean weight of a modality's own loss, as it is told.
const fn part(m: Modality) -> &'static str {
    match m {
        Modality::Language => "language.weight",
        Modality::Audio => "audio.weight",
        Modality::Vision => "vision.weight",
    }
}
