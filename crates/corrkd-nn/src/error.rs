//! What can go wrong with tensors and archives.

use std::path::PathBuf;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum NnError {
    /// A tensor operation failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
    /// An archive cannot be written or read.
    #[error("{}: {reason}", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An archive lacks a tensor, or holds one of another shape.
    #[error("tensor `{name}` is {got}, expected shape {expected:?}")]
    Parameter {
        /// The tensor's name.
        name: String,
        /// What was found.
        got: String,
        /// The shape the network has.
        expected: Vec<usize>,
    },
}
