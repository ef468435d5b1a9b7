//! What can be wrong with a record.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A record that cannot be read or written. The program exits with code 3 where it is damaged, and 2 otherwise.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The system refuses.
    #[error("{}: cannot {what}: {cause}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
    /// Another program's predictions that cannot be used.
    #[error("{}: {reason}", path.display())]
    External {
        /// The file.
        path: PathBuf,
        /// Where and what, and what was expected.
        reason: String,
    },
    /// Another process works on the run.
    #[error("{}: another process is working on this run; wait for it or stop it", path.display())]
    Locked {
        /// The run's directory.
        path: PathBuf,
    },
    /// A specification was given to the directory of another run.
    #[error("run directory of {expected} was given the specification of {got}")]
    Foreign {
        /// The directory's run.
        expected: String,
        /// The specification's run.
        got: String,
    },
    /// A text is not the name of a run.
    #[error("`{got}` is not a run, expected a name such as student-s3-0a1b2c3d4e5f")]
    RunId {
        /// The text.
        got: String,
    },
}

impl RecordError {
    /// What the system's refusal to do something to a path becomes.
    pub fn io<'a>(path: &'a Path, what: &'static str) -> impl FnOnce(std::io::Error) -> Self + 'a {
        move |cause| Self::Io { path: path.to_owned(), what, cause }
    }

    /// What the system's refusal to read a file becomes: a special file, or one beyond all measure, is damage.
    pub(crate) fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |cause| match cause.kind() {
            ErrorKind::InvalidInput | ErrorKind::FileTooLarge => Self::damaged(path, cause),
            _ => Self::io(path, "read it")(cause),
        }
    }

    /// A run has all the files that its result or its last checkpoint names: one that is absent is damage.
    pub(crate) fn named(self) -> Self {
        match self {
            Self::Io { path, cause, .. } if cause.kind() == ErrorKind::NotFound => {
                Self::damaged(&path, "it is absent, and belongs to what the run has done so far")
            }
            other => other,
        }
    }

    pub(crate) fn damaged(path: &Path, reason: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.to_string() }
    }
}
