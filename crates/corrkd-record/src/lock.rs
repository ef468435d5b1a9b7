//! One process at a time works on a run: on this machine by the system's lock, where the file system knows locks, and among
//! machines that share the disk by a claim.

use crate::RecordError;
use crate::claim::Claim;
use corrkd_system::knows_no_locks;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// Held while a process works on a run. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    // Goes before the lock: whoever has that may take it for a dead one's.
    _claim: Claim,
    _file: File,
}

impl Lock {
    /// Takes the lock of a directory, creating the directory where it is absent.
    pub(crate) fn take(directory: &Path) -> Result<Self, RecordError> {
        fs::create_dir_all(directory).map_err(RecordError::io(directory, "create the run's directory"))?;
        let path = path(directory);
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
        let locked = || RecordError::Locked { path: directory.to_owned() };
        let alone = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::Error(cause)) if knows_no_locks(&cause) => false,
            Err(TryLockError::WouldBlock) => return Err(locked()),
            Err(TryLockError::Error(cause)) => return Err(RecordError::Io { path, what: "lock it", cause }),
        };
        let claim = Claim::take(directory, alone)?.ok_or_else(locked)?;
        Ok(Self { _claim: claim, _file: file })
    }

    /// Whether a process has it at this moment; false where that cannot be told.
    pub(crate) fn is_held(directory: &Path) -> bool {
        let others = |file: File| matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        corrkd_system::open(&path(directory)).is_ok_and(others) || Claim::is_held(directory)
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join("lock")
}
