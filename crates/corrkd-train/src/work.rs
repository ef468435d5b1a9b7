//! The work of a run: from its specification and its data to its result.

use crate::fit::Fit;
use crate::learner::{Learner, View};
use crate::student::Student;
use crate::teacher::{self, Teacher};
use crate::{TrainError, checkpoint, environment, outcome};
use candle_core::{DType, Device, Tensor};
use corrkd_config as config;
use corrkd_config::{Evaluation, Job, Network, Task, TeacherSettings};
use corrkd_data::Dataset;
use corrkd_nn::Kernels;
use corrkd_record::{Event, Prediction, Representation, RunDir, RunResult, RunSpec, Runs, SplitSizes};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many samples each split has.
#[must_use]
pub fn sizes(data: &Dataset) -> SplitSizes {
    let [train, valid, test] = [&data.train, &data.valid, &data.test].map(|split| split.samples.len());
    SplitSizes { train, valid, test }
}

/// A run to be done in a directory.
pub(crate) struct Work<'a> {
    /// Where it keeps what it leaves behind, and finds what an earlier process left.
    pub(crate) dir: &'a RunDir,
    /// What it is.
    pub(crate) spec: &'a RunSpec,
    /// What it learns from.
    pub(crate) data: &'a Dataset,
    /// Where a student's teacher is.
    pub(crate) teachers: &'a Runs,
    /// Where it computes.
    pub(crate) device: Device,
}

impl Work<'_> {
    /// Trains, tests and writes the result. What happens is appended to the events and told to `listen`.
    pub(crate) fn finish(&self, listen: &mut dyn FnMut(&Event)) -> Result<RunResult, TrainError> {
        let Self { dir, spec, data, .. } = *self;
        let mut tell = |event| {
            dir.append(&event)?;
            listen(&event);
            Ok(())
        };
        let (task, network, evaluation) = parts(&spec.job);
        let attend_missing = network.attend_missing;
        let view = View {
            task,
            widths: data.widths,
            population: Arc::new(data.population()),
            attend_missing,
            dtype: DType::F32,
            device: self.device.clone(),
            kernels: kernels(spec.kernels),
        };
        let learner = self.learner(&view)?;
        let samples = sizes(data);
        let fit = Fit { id: dir.id(), dir, data, seed: spec.seed, training: spec.job.training(), view: &view };
        let progress = fit.train(learner.as_ref(), samples, &mut tell)?;
        let weights = checkpoint::weights(&dir.best_path())?;
        learner.params().load(&weights)?;
        let conditions = outcome::conditions(data.modalities, evaluation);
        tell(Event::Evaluating { conditions: conditions.len() })?;
        let (test, predictions) = outcome::test(learner.network(), &data.test, &conditions, spec.seed, &view)?;
        Prediction::write(&dir.predictions_path(), &predictions)?;
        let representations = outcome::representations(learner.network(), &data.test, evaluation, spec.seed, &view)?;
        if !representations.is_empty() {
            Representation::write(&dir.representations_path(), &representations)?;
        }
        let result = RunResult {
            id: dir.id().clone(),
            spec: spec.clone(),
            epochs: progress.epoch,
            best_epoch: progress.best_epoch,
            validation: progress.best,
            test,
            weights: digest(&weights)?,
            predictions: corrkd_record::digest(&dir.predictions_path())?,
            parameters: learner.params().count(),
            samples,
            environment: environment::here(spec.device, spec.kernels),
            seconds: progress.seconds,
        };
        dir.write_result(&result)?;
        tell(Event::Finished { best_epoch: progress.best_epoch, seconds: progress.seconds })?;
        Ok(result)
    }

    fn learner(&self, view: &View) -> Result<Box<dyn Learner>, TrainError> {
        let seed = self.spec.seed;
        Ok(match &self.spec.job {
            Job::Teacher { settings } => Box::new(Teacher::new(settings, seed, view.clone())?),
            Job::Student { settings } => {
                let teacher = self.teacher(&settings.for_teacher(), view)?;
                Box::new(Student::new(settings, seed, teacher, view.clone())?)
            }
        })
    }

    /// The frozen teacher that a student's specification names.
    fn teacher(&self, settings: &TeacherSettings, view: &View) -> Result<corrkd_models::Network, TrainError> {
        let id = self.spec.teacher.as_ref().ok_or_else(|| TrainError::NoTeacher { id: self.dir.id().clone() })?;
        let dir = self.teachers.run(id);
        if dir.result()?.is_none() {
            return Err(TrainError::Teacher { id: id.clone() });
        }
        teacher::frozen(settings, &checkpoint::weights(&dir.best_path())?, view)
    }
}

/// What a view and the test take from a job.
pub(crate) fn parts(job: &Job) -> (Task, &Network, &Evaluation) {
    match job {
        Job::Teacher { settings } => (settings.task, &settings.network, &settings.evaluation),
        Job::Student { settings } => (settings.task, &settings.network, &settings.evaluation),
    }
}

/// The form that a specification asks for, as the layers know it.
const fn kernels(asked: config::Kernels) -> Kernels {
    match asked {
        config::Kernels::Composed => Kernels::Composed,
        config::Kernels::Fused => Kernels::Fused,
    }
}

/// BLAKE3 over names and values, in name order.
pub(crate) fn digest(weights: &BTreeMap<String, Tensor>) -> Result<String, TrainError> {
    let mut hasher = blake3::Hasher::new();
    for (name, tensor) in weights {
        hasher.update(name.as_bytes());
        for value in tensor.flatten_all()?.to_vec1::<f32>()? {
            hasher.update(&value.to_le_bytes());
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}
