//! What can be wrong with a file to import, or with where it is to go.

use corrkd_csd::CsdError;
use corrkd_numpy::NumpyError;
use std::path::PathBuf;

/// An import that did not happen; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file of Python's cannot be read.
    #[error(transparent)]
    Numpy(#[from] NumpyError),
    /// The HDF5 file cannot be read, or a sequence not be written.
    #[error(transparent)]
    Csd(#[from] CsdError),
    /// The file is sound, and arranged in a way that is not known.
    #[error("{}: unknown layout: {why}; known are\n{known}\nthe file holds\n{outline}", path.display())]
    Unknown {
        /// The file or folder.
        path: PathBuf,
        /// What is missing.
        why: String,
        /// The layouts that are known.
        known: &'static str,
        /// What the file holds, a screenful at most.
        outline: String,
    },
    /// The parts of the file do not fit together.
    #[error("{}: at `{field}`: expected {expected}, got {got}", path.display())]
    Field {
        /// The file or folder.
        path: PathBuf,
        /// The fold and the key in it.
        field: String,
        /// What should be there.
        expected: String,
        /// What is there.
        got: String,
    },
    /// The labels' values do not tell what they mean, or are not what was said of them.
    #[error("{}: at `labels`: expected {expected}, got {got}; {remedy}", path.display())]
    Labels {
        /// The file or folder.
        path: PathBuf,
        /// What labels can be.
        expected: String,
        /// What they are.
        got: String,
        /// How to say what they mean.
        remedy: String,
    },
    /// No label column is as chosen.
    #[error("--label: no column `{label}`, expected one of {}, or its number from 0", columns.join(", "))]
    Column {
        /// What was chosen.
        label: String,
        /// The columns that there are.
        columns: Vec<String>,
    },
    /// The target is in use.
    #[error("{}: expected a new or an empty folder for --out, got what is none, or one that holds files", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// The system refuses to read or write.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It was told to stop.
    #[error("interrupted")]
    Interrupted,
}

impl ImportError {
    /// Whether the user's input is at fault (exit code 2) rather than absent or damaged data (exit code 3).
    #[must_use]
    pub const fn is_user_input(&self) -> bool {
        matches!(self, Self::Column { .. } | Self::Occupied { .. })
    }
}
