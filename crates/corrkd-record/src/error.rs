//! What can be wrong with a record.

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
    #[error("{}: damaged: {reason}; delete it, or run again with --fresh", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and what.
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

    pub(crate) fn damaged(path: &Path, reason: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.to_string() }
    }
}
