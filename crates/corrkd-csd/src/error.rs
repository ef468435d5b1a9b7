//! What can be wrong with a sequence's file.

use std::path::PathBuf;

/// A sequence that cannot be read or written.
///
/// [`Absent`](Self::Absent), [`NotHdf5`](Self::NotHdf5), [`Truncated`](Self::Truncated), [`Damaged`](Self::Damaged)
/// and [`Unsupported`](Self::Unsupported) mean that data are absent or damaged (exit code 3).
#[derive(Debug, thiserror::Error)]
pub enum CsdError {
    /// There is no such file.
    #[error("{}: no such file; fetch it or correct the path", path.display())]
    Absent {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses to read or write the file.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is something else, often a saved web page.
    #[error("{}: expected an HDF5 file, got {got}; fetch it again", path.display())]
    NotHdf5 {
        /// The file.
        path: PathBuf,
        /// Its length and first bytes.
        got: String,
    },
    /// The file ends early.
    #[error("{}: truncated: expected {expected} bytes, got {got}; fetch it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Length in bytes that its header states.
        expected: u64,
        /// Length in bytes that it has.
        got: u64,
    },
    /// The file is HDF5, but not a sound sequence.
    #[error("{}: at `{id}`: expected {expected}, got {got}; fetch it again or leave the entry out", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Entry id, with `/features` or `/intervals` where one of them is at fault; a group's name above the entries.
        id: String,
        /// What a sequence has there.
        expected: String,
        /// What the file has there.
        got: String,
    },
    /// The file is sound, but of a kind that this crate cannot read.
    #[error("{}: at `{id}`: {got}; {remedy}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// Entry id, as in [`Damaged`](Self::Damaged).
        id: String,
        /// What the file has there.
        got: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The sequence has no form in a file.
    #[error("cannot write entry `{id}`: expected {expected}, got {got}")]
    Unwritable {
        /// Entry id.
        id: String,
        /// What can be written.
        expected: String,
        /// What was to be written.
        got: String,
    },
}
