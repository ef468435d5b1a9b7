//! A run from its specification to its result.

use crate::device::open_device;
use crate::fit::Fit;
use crate::learner::{Learner, View};
use crate::student::Student;
use crate::teacher::{self, Teacher};
use crate::{TrainError, checkpoint, environment, outcome};
use corrkd_config::{Evaluation, Job, Network, Task, TeacherSettings, Training};
use corrkd_data::Dataset;
use corrkd_record::{Event, Prediction, RunDir, RunId, RunResult, RunSpec, Runs, SplitSizes};
use std::path::Path;

/// A digest of the code that a run's outcome depends on.
pub const CODE: &str = env!("CORRKD_CODE");

/// Trains and tests the run `id`, whose specification lies in its directory. What happens is appended to its events
/// and told to `listen`; the result is written last. A run that was cut off goes on where it stood.
///
/// # Errors
/// [`TrainError`]; the run's directory stays as it is, without a result.
pub fn run(
    runs: &Runs,
    id: &RunId,
    source: Option<&Path>,
    cache: &Path,
    listen: &mut dyn FnMut(&Event),
) -> Result<RunResult, TrainError> {
    let dir = runs.run(id);
    let spec = dir.spec()?;
    let _lock = dir.lock()?;
    if let Some(result) = dir.result()? {
        return Ok(result);
    }
    if spec.code != CODE {
        return Err(TrainError::Code { expected: spec.code, got: CODE });
    }
    let device = open_device(spec.device)?;
    let data = corrkd_data::load(&spec.dataset, source, cache)?;
    if data.fingerprint != spec.fingerprint {
        return Err(TrainError::Fingerprint { expected: spec.fingerprint, got: data.fingerprint });
    }
    let (task, network, training, evaluation) = parts(&spec.job);
    let view = View { task, widths: data.widths, attend_missing: network.attend_missing, device };
    let learner: Box<dyn Learner> = match &spec.job {
        Job::Teacher { settings } => Box::new(Teacher::new(settings, spec.seed, view.clone())?),
        Job::Student { settings } => {
            let teacher = of_student(runs, &spec, id, &settings.for_teacher(), &view)?;
            Box::new(Student::new(settings, spec.seed, teacher, view.clone())?)
        }
    };
    let result = Running { id, dir: &dir, spec: &spec, data: &data, view: &view };
    result.finish(learner.as_ref(), training, evaluation, &mut |event| {
        dir.append(&event)?;
        listen(&event);
        Ok(())
    })
}

/// How many samples each split has.
#[must_use]
pub fn sizes(data: &Dataset) -> SplitSizes {
    let [train, valid, test] = [&data.train, &data.valid, &data.test].map(|split| split.samples.len());
    SplitSizes { train, valid, test }
}

/// What loading and the training loop take from a job.
fn parts(job: &Job) -> (Task, &Network, &Training, &Evaluation) {
    match job {
        Job::Teacher { settings } => (settings.task, &settings.network, &settings.teacher, &settings.evaluation),
        Job::Student { settings } => (settings.task, &settings.network, &settings.student, &settings.evaluation),
    }
}

/// The frozen teacher that a student's specification names.
fn of_student(
    runs: &Runs,
    spec: &RunSpec,
    id: &RunId,
    settings: &TeacherSettings,
    view: &View,
) -> Result<corrkd_models::Network, TrainError> {
    let teacher = spec.teacher.as_ref().ok_or_else(|| TrainError::NoTeacher { id: id.clone() })?;
    let dir = runs.run(teacher);
    if dir.result()?.is_none() {
        return Err(TrainError::Teacher { id: teacher.clone() });
    }
    teacher::frozen(settings, &checkpoint::weights(&dir.best_path())?, view)
}

struct Running<'a> {
    id: &'a RunId,
    dir: &'a RunDir,
    spec: &'a RunSpec,
    data: &'a Dataset,
    view: &'a View,
}

impl Running<'_> {
    fn finish(
        &self,
        learner: &dyn Learner,
        training: &Training,
        evaluation: &Evaluation,
        tell: &mut dyn FnMut(Event) -> Result<(), TrainError>,
    ) -> Result<RunResult, TrainError> {
        let data = self.data;
        let samples = sizes(data);
        let fit = Fit { id: self.id, dir: self.dir, data, seed: self.spec.seed, training, view: self.view };
        let progress = fit.train(learner, samples, tell)?;
        let weights = checkpoint::weights(&self.dir.best_path())?;
        learner.params().load(&weights)?;
        let conditions = outcome::conditions(evaluation);
        tell(Event::Evaluating { conditions: conditions.len() })?;
        let (test, predictions) = outcome::test(learner.network(), &data.test, &conditions, self.spec.seed, self.view)?;
        Prediction::write(&self.dir.predictions_path(), &predictions)?;
        let result = RunResult {
            id: self.id.clone(),
            spec: self.spec.clone(),
            epochs: progress.epoch,
            best_epoch: progress.best_epoch,
            validation: progress.best,
            test,
            weights: digest(&weights)?,
            predictions: corrkd_record::digest(&self.dir.predictions_path())?,
            parameters: learner.params().count(),
            samples,
            environment: environment::here(self.spec.device),
            seconds: progress.seconds,
        };
        self.dir.write_result(&result)?;
        tell(Event::Finished { best_epoch: progress.best_epoch, seconds: progress.seconds })?;
        Ok(result)
    }
}

/// BLAKE3 over names and values, in name order.
fn digest(weights: &std::collections::BTreeMap<String, candle_core::Tensor>) -> Result<String, TrainError> {
    let mut hasher = blake3::Hasher::new();
    for (name, tensor) in weights {
        hasher.update(name.as_bytes());
        for value in tensor.flatten_all()?.to_vec1::<f32>()? {
            hasher.update(&value.to_le_bytes());
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}
