//! The directory of one run.

use crate::json::{read_json, write_json};
use crate::{Event, Lock, RecordError, RunId, RunResult, RunSpec, events};
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

    /// `last.safetensors`: where to resume.
    #[must_use]
    pub fn last_path(&self) -> PathBuf {
        self.path.join("last.safetensors")
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
    /// [`RecordError::Io`] where there is none; [`RecordError::Damaged`]; [`RecordError::Foreign`].
    pub fn spec(&self) -> Result<RunSpec, RecordError> {
        let path = self.spec_path();
        let spec: RunSpec = read_json(&path)?;
        let got = spec.id();
        if got == self.id {
            return Ok(spec);
        }
        Err(RecordError::Foreign { expected: self.id.to_string(), got: got.to_string() })
    }

    /// Keeps other processes away from the run while the lock lives.
    ///
    /// # Errors
    /// [`RecordError::Locked`] where another process holds it; [`RecordError::Io`].
    pub fn lock(&self) -> Result<Lock, RecordError> {
        Lock::take(&self.path)
    }

    /// The result, where the run is finished; none also for a result of another run, which this one's replaces.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for a file that is no result; [`RecordError::Io`].
    pub fn result(&self) -> Result<Option<RunResult>, RecordError> {
        let path = self.result_path();
        match read_json::<RunResult>(&path) {
            Ok(result) => Ok((result.id == self.id && result.spec.id() == self.id).then_some(result)),
            Err(RecordError::Io { cause, .. }) if cause.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the result, which finishes the run.
    ///
    /// # Errors
    /// [`RecordError::Foreign`] for another run's result; [`RecordError::Io`].
    pub fn write_result(&self, result: &RunResult) -> Result<(), RecordError> {
        if result.id != self.id {
            return Err(RecordError::Foreign { expected: self.id.to_string(), got: result.id.to_string() });
        }
        write_json(&self.result_path(), result)
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

    /// Removes what an earlier attempt left, the result first. The specification stays, and so do the log, which the
    /// parent process may be writing, and the lock.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn clear(&self) -> Result<(), RecordError> {
        let paths = [
            self.result_path(),
            self.predictions_path(),
            self.representations_path(),
            self.last_path(),
            self.best_path(),
            self.events_path(),
        ];
        for path in paths {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(RecordError::io(&path, "remove it")(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
