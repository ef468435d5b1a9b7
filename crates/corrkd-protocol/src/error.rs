//! What can be wrong with an export.

use corrkd_data::DataError;
use corrkd_record::RecordError;
use polars::error::PolarsError;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing is exported.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// The data cannot be made ready, or the folder's place is taken.
    #[error(transparent)]
    Data(#[from] DataError),
    /// What was written cannot be read back for its hash.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// More than anybody wants. Exit code 2.
    #[error(
        "the files would take {:.0} GB, expected at most {:.0}; take fewer seeds, rows, conditions or epochs, or leave out the \
         features", *.bytes as f64 / 1e9, *.most as f64 / 1e9
    )]
    Large {
        /// What they would take.
        bytes: u64,
        /// What is written at most.
        most: u64,
    },
    /// Nothing says how many epochs there are. Exit code 2.
    #[error("no row of the experiment is trained, so that nothing says how many epochs there are; say --epochs N")]
    NoEpochs,
    /// A file cannot be written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file, or the folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A table cannot be written.
    #[error("{}: {cause}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What polars says.
        cause: PolarsError,
    },
}

/// What became of a file.
pub(crate) fn failed(path: &Path) -> impl Fn(io::Error) -> ProtocolError {
    |cause| ProtocolError::Io { path: path.to_owned(), cause }
}
