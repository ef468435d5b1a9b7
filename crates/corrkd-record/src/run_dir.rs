//! The directory of one run.

use crate::json::{read_json, read_sealed, write_json, write_sealed};
use crate::{Event, Lock, Prediction, RecordError, Representation, RunId, RunResult, RunSpec, digest, events};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where a run keeps its files, and how they are read and written.
#[derive(Clone, Debug)]
pub struct RunDir {
    id: RunId,
    path: PathBuf,
}

impl RunDir {
    pub(crate) fn new(id: RunId, path: PathBuf) -> Self {
        Self { id, path }
    }

    /// The directory at a path, whatever it is called: its specification says which run it is.
    ///
    /// # Errors
    /// [`RecordError::Io`] where there is none; [`RecordError::Damaged`].
    pub fn at(path: &Path) -> Result<Self, RecordError> {
        let spec: RunSpec = read_json(&path.join("spec.json"))?;
        Ok(Self::new(spec.id(), path.to_owned()))
    }

    /// The run.
    #[must_use]
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `spec.json`: what decides the result.
    #[must_use]
    pub fn spec_path(&self) -> PathBuf {
        self.path.join("spec.json")
    }

    /// `events.jsonl`: progress.
    #[must_use]
    pub fn events_path(&self) -> PathBuf {
        self.path.join("events.jsonl")
    }

    /// `best.safetensors`: the weights of the best epoch.
    #[must_use]
    pub fn best_path(&self) -> PathBuf {
        self.path.join("best.safetensors")
    }

    /// `context.safetensors`: what the network answers by, beside its weights.
    #[must_use]
    pub fn context_path(&self) -> PathBuf {
        self.path.join("context.safetensors")
    }

    /// `last.safetensors`: where to resume.
    #[must_use]
    pub fn last_path(&self) -> PathBuf {
        self.path.join("last.safetensors")
    }

    /// `step.safetensors`: where to resume within an epoch, of a run that was told to stop.
    #[must_use]
    pub fn step_path(&self) -> PathBuf {
        self.path.join("step.safetensors")
    }

    /// `predictions.csv`: the test split under every condition.
    #[must_use]
    pub fn predictions_path(&self) -> PathBuf {
        self.path.join("predictions.csv")
    }

    /// `representations.csv`: what the network makes of the test samples, where the settings ask for it.
    #[must_use]
    pub fn representations_path(&self) -> PathBuf {
        self.path.join("representations.csv")
    }

    /// `result.json`: there exactly if the run is finished.
    #[must_use]
    pub fn result_path(&self) -> PathBuf {
        self.path.join("result.json")
    }

    /// `log.txt`: what the process said.
    #[must_use]
    pub fn log_path(&self) -> PathBuf {
        self.path.join("log.txt")
    }

    /// Creates the directory and writes the specification.
    ///
    /// # Errors
    /// [`RecordError::Foreign`] for another run's specification; [`RecordError::Io`].
    pub fn prepare(&self, spec: &RunSpec) -> Result<(), RecordError> {
        let got = spec.id();
        if got != self.id {
            return Err(RecordError::Foreign { expected: self.id.to_string(), got: got.to_string() });
        }
        fs::create_dir_all(&self.path).map_err(RecordError::io(&self.path, "create the run's directory"))?;
        write_json(&self.spec_path(), spec)
    }

    /// The specification.
    ///
    /// # Errors
    /// [`RecordError::Io`] where there is none; [`RecordError::Damaged`], also for that of another run.
    pub fn spec(&self) -> Result<RunSpec, RecordError> {
        let path = self.spec_path();
        let spec: RunSpec = read_json(&path)?;
        match spec.id() {
            got if got == self.id => Ok(spec),
            got => Err(RecordError::damaged(&path, format!("it is the specification of {got}, expected {}", self.id))),
        }
    }

    /// Keeps other processes away from the run while the lock lives.
    ///
    /// # Errors
    /// [`RecordError::Locked`] where another process holds it; [`RecordError::Io`].
    pub fn lock(&self) -> Result<Lock, RecordError> {
        Lock::take(&self.path)
    }

    /// Whether a process holds the [lock](Self::lock) at this moment; false where that cannot be told.
    #[must_use]
    pub fn is_held(&self) -> bool {
        Lock::is_held(&self.path)
    }

    /// The result, where the run is finished; none also for a result of another run, which this one's replaces.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for a file that is no result, or whose bytes are not those that were written; [`RecordError::Io`].
    pub fn result(&self) -> Result<Option<RunResult>, RecordError> {
        let path = self.result_path();
        match read_sealed::<RunResult>(&path) {
            Ok(result) => match result.fault() {
                None => Ok((result.id == self.id && result.spec.id() == self.id).then_some(result)),
                Some(fault) => Err(RecordError::damaged(&path, fault)),
            },
            Err(RecordError::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The result, where the run is finished and every file that it names is the one that it names.
    ///
    /// # Errors
    /// As [`result`](Self::result), and [`RecordError::Damaged`] for a file, `spec.json` too, that is absent or another.
    pub fn proved(&self) -> Result<Option<RunResult>, RecordError> {
        let Some(result) = self.result()? else { return Ok(None) };
        self.spec().map_err(RecordError::named)?;
        let files = [
            (self.best_path(), result.training.as_ref().map(|training| &training.checkpoint)),
            (self.context_path(), result.training.as_ref().and_then(|training| training.context.as_ref())),
            (self.predictions_path(), Some(&result.predictions)),
            (self.representations_path(), result.representations.as_ref()),
        ];
        for (path, expected) in files.into_iter().filter_map(|(path, hash)| Some((path, hash?))) {
            match digest(&path) {
                Ok(got) if got == *expected => {}
                Ok(_) => {
                    return Err(RecordError::damaged(&path, "its hash is not the one that the run's result names"));
                }
                Err(error) => return Err(error.named()),
            }
        }
        self.history(&result)?;
        Ok(Some(result))
    }

    /// The predictions that a result of this run names.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for a file that is absent or another; [`RecordError::Io`].
    pub fn predictions(&self, result: &RunResult) -> Result<Vec<Prediction>, RecordError> {
        Prediction::read(&self.predictions_path(), &result.predictions).map_err(RecordError::named)
    }

    /// The representations that a result of this run names; none where it names none.
    ///
    /// # Errors
    /// As [`predictions`](Self::predictions).
    pub fn representations(&self, result: &RunResult) -> Result<Vec<Representation>, RecordError> {
        let Some(expected) = &result.representations else { return Ok(Vec::new()) };
        Representation::read(&self.representations_path(), expected).map_err(RecordError::named)
    }

    /// The events of the training that a result of this run names.
    ///
    /// # Errors
    /// As [`predictions`](Self::predictions).
    pub fn history(&self, result: &RunResult) -> Result<Vec<Event>, RecordError> {
        events::history(&self.events_path(), &result.history).map_err(RecordError::named)
    }

    /// What [`RunResult::history`] is to hold now: the hash of the events up to the judging of the test split.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn history_hash(&self) -> Result<String, RecordError> {
        events::history_hash(&self.events_path())
    }

    /// The hash of the events up to and including an epoch, for a checkpoint to name.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] where there are none; [`RecordError::Io`].
    pub fn history_hash_until(&self, epoch: usize) -> Result<String, RecordError> {
        events::hash_until(&self.events_path(), epoch).map_err(RecordError::named)
    }

    /// Writes the result, which finishes the run.
    ///
    /// # Errors
    /// [`RecordError::Foreign`] for another run's result; [`RecordError::Io`].
    pub fn write_result(&self, result: &RunResult) -> Result<(), RecordError> {
        if result.id != self.id {
            return Err(RecordError::Foreign { expected: self.id.to_string(), got: result.id.to_string() });
        }
        write_sealed(&self.result_path(), result)
    }

    /// The events so far, oldest first; none where there is no file. A last line without its end, left by a process
    /// that was killed, is passed over.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] with the line; [`RecordError::Io`].
    pub fn events(&self) -> Result<Vec<Event>, RecordError> {
        events::read(&self.events_path())
    }

    /// Adds an event.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn append(&self, event: &Event) -> Result<(), RecordError> {
        events::append(&self.events_path(), event)
    }

    /// Forgets what came after an epoch, for a run that goes on from there; 0 forgets all.
    ///
    /// # Errors
    /// As [`events`](Self::events).
    pub fn truncate_events(&self, after_epoch: usize) -> Result<(), RecordError> {
        events::truncate(&self.events_path(), after_epoch)
    }

    /// Removes the result and what belongs to it, so that the run is no more finished; its checkpoints and events stay.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn reopen(&self) -> Result<(), RecordError> {
        remove(&[self.result_path(), self.context_path(), self.predictions_path(), self.representations_path()])
    }

    /// Forgets where the run stood within an epoch.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn forget_step(&self) -> Result<(), RecordError> {
        remove(&[self.step_path()])
    }

    /// Removes what an earlier attempt left, the result first. The specification stays, and so do the log, which the
    /// parent process may be writing, and the lock.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn clear(&self) -> Result<(), RecordError> {
        self.reopen()?;
        remove(&[self.step_path(), self.last_path(), self.best_path(), self.events_path()])
    }
}

/// Removes files, in their order, of which any may be absent.
fn remove(paths: &[PathBuf]) -> Result<(), RecordError> {
    for path in paths {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(RecordError::io(path, "remove it")(error)),
            _ => {}
        }
    }
    Ok(())
}
