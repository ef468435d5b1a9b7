//! One process at a time works on a run.

use crate::RecordError;
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// Held while a process works on a run. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a directory, creating the directory where it is absent.
    pub(crate) fn take(directory: &Path) -> Result<Self, RecordError> {
        fs::create_dir_all(directory).map_err(RecordError::io(directory, "create the run's directory"))?;
        let path = directory.join("lock");
        if path.exists() {
            // What is no file is refused, and not waited for.
            corrkd_system::open(&path).map_err(RecordError::read(&path))?;
        }
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(RecordError::io(&path, "open it"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(RecordError::Locked { path: directory.to_owned() }),
            Err(TryLockError::Error(cause)) => Err(RecordError::Io { path, what: "lock it", cause }),
        }
    }
}
