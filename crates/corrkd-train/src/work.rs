//! The work of a run: from its specification and its data to its result.

use crate::fit::Fit;
use crate::spent::spent;
use crate::{
    Context, Method, Needed, Stop, Tensors, TrainError, checkpoint, environment, finished, idle, outcome, part,
};
use candle_core::Device;
use corrkd_config::{LabelSpace, Modality, PerModality};
use corrkd_data::Dataset;
use corrkd_record::{
    Event, Lacking, Prediction, Representation, RunDir, RunId, RunResult, RunSpec, Runs, SplitSizes, Trained,
};

/// How many samples each split has.
#[must_use]
pub fn sizes(data: &Dataset) -> SplitSizes {
    let [train, valid, test] = [&data.train, &data.valid, &data.test].map(|split| split.samples.len());
    SplitSizes { train, valid, test }
}

/// What test samples lack by nature.
pub(crate) fn lacking(data: &Dataset) -> Lacking {
    let samples = &data.test.samples;
    let has = |m: Modality| data.modalities.has(m);
    let frames = |m: Modality| {
        let partly = samples.iter().filter(|sample| !sample.lacks(m));
        partly.flat_map(|sample| sample.present.get(m)).filter(|&&present| !present).count()
    };
    Lacking {
        samples: PerModality::from_fn(|m| samples.iter().filter(|sample| has(m) && sample.lacks(m)).count()),
        frames: PerModality::from_fn(|m| if has(m) { frames(m) } else { 0 }),
    }
}

/// A run to be done in a directory.
pub struct Work<'a> {
    /// What it is a training of.
    pub method: &'a dyn Method,
    /// Where it keeps what it leaves behind, and finds what an earlier process left.
    pub dir: &'a RunDir,
    /// What it is.
    pub spec: &'a RunSpec,
    /// What it learns from.
    pub data: &'a Dataset,
    /// Where the runs are that it needs.
    pub runs: &'a Runs,
    /// Where it computes.
    pub device: Device,
    /// By which it is told to stop.
    pub stop: &'a Stop,
}

impl Work<'_> {
    /// Trains, tests and writes the result. What happens is appended to the events and told to `listen`.
    ///
    /// # Errors
    /// [`TrainError`]; the run's directory then has no result.
    pub fn finish(&self, listen: &mut dyn FnMut(&Event)) -> Result<RunResult, TrainError> {
        let Self { dir, spec, data, .. } = *self;
        let mut tell = |event| {
            part("events", || {
                dir.append(&event)?;
                listen(&event);
                Ok(())
            })
        };
        let (evaluation, seed) = (&spec.job.evaluation, spec.seed);
        let space = LabelSpace::new(spec.job.task, &data.labels)?;
        let context = Context::new(data, space, &self.device, spec.kernels);
        let needs = spec.needs.iter().map(|id| self.needed(id)).collect::<Result<Vec<_>, _>>()?;
        let mut learner = part("opening", || self.method.open(&spec.job, seed, &context, &needs))?;
        let samples = sizes(data);
        let fit = Fit { id: dir.id(), dir, valid: &data.valid, seed, context: &context, stop: self.stop };
        let progress = fit.train(learner.as_mut(), samples, &mut tell)?;
        let weights = checkpoint::weights(&dir.best_path())?;
        let checkpoint = corrkd_record::digest(&dir.best_path())?;
        if checkpoint != progress.checkpoint {
            return Err(checkpoint::damaged(&dir.best_path(), "it changed while the run was at work"));
        }
        learner.params().load(&weights)?;
        let mut warnings = idle::warnings(learner.idle(), &dir.events()?);
        warnings.iter().try_for_each(|message| tell(Event::Warning { message: message.clone() }))?;
        let conditions = corrkd_data::conditions(&context.statistics, evaluation);
        tell(Event::Evaluating { conditions: conditions.len() })?;
        let test = || outcome::test(learner.as_ref(), &data.test, &conditions, evaluation, seed, &context);
        let tested = part("test", test)?;
        if let Some(message) = outcome::one_answer(&context.space, &tested.predictions, &spec.job) {
            warnings.push(message.clone());
            tell(Event::Warning { message })?;
        }
        let predictions = Prediction::write(&dir.predictions_path(), &tested.predictions)?;
        let representations = match tested.representations.is_empty() {
            true => None,
            false => Some(Representation::write(&dir.representations_path(), &tested.representations)?),
        };
        let result = RunResult {
            id: dir.id().clone(),
            spec: spec.clone(),
            training: Some(Trained {
                epochs: progress.epoch,
                best_epoch: progress.best_epoch,
                validation: progress.best,
                weights: digest(&weights)?,
                checkpoint,
                context: Some(finished::write(&dir.context_path(), data, learner.constants()?)?),
                parameters: learner.params().count(),
                seconds: progress.seconds,
                memory: environment::most_memory(),
            }),
            test: outcome::scored(&context.space, &conditions, &tested.predictions),
            predictions,
            representations,
            history: dir.history_hash()?,
            warnings,
            samples,
            lacking: lacking(data),
            environment: environment::here(spec.device, spec.kernels),
        };
        dir.write_result(&result)?;
        tell(Event::Finished { best_epoch: progress.best_epoch, seconds: progress.seconds, spent: spent() })?;
        Ok(result)
    }

    /// A finished run that this one needs, proved: its weights are those that its result names.
    fn needed(&self, id: &RunId) -> Result<Needed, TrainError> {
        let dir = self.runs.run(id);
        let proved = || {
            let result = dir.result()?.ok_or_else(|| TrainError::Needed { id: id.clone() })?;
            let weights = checkpoint::weights(&dir.best_path())?;
            let digest = digest(&weights)?;
            match result.training.is_some_and(|training| training.weights == digest) {
                true => Ok(Needed { job: result.spec.job, weights }),
                false => {
                    Err(checkpoint::damaged(&dir.best_path(), "its weights are not those that the run's result names"))
                }
            }
        };
        proved().map_err(|error| error.of(id))
    }
}

/// BLAKE3 over names and values, in name order.
pub(crate) fn digest(weights: &Tensors) -> Result<String, TrainError> {
    let mut hasher = blake3::Hasher::new();
    for (name, tensor) in weights {
        hasher.update(name.as_bytes());
        for value in tensor.flatten_all()?.to_vec1::<f32>()? {
            hasher.update(&value.to_le_bytes());
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}
