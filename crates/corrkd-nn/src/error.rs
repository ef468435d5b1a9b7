//! What can go wrong with tensors, archives and the optimizer.

use corrkd_config::ConfigError;
use std::path::{Path, PathBuf};

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum NnError {
    /// A tensor operation failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
    /// The system refuses.
    #[error("{}: cannot {what}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// An archive is damaged.
    #[error("{}: damaged: {reason}", path.display())]
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
    /// A setting of the optimizer is out of its range.
    #[error(transparent)]
    Settings(#[from] ConfigError),
    /// A group of the optimizer does not fit the network.
    #[error("the optimizer's group `{prefix}`: {fault}")]
    Group {
        /// Its prefix.
        prefix: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Parameters that no group of the optimizer takes.
    #[error("no group of the optimizer takes {}: add one with an empty prefix, which takes all others", quoted(names))]
    Ungrouped {
        /// Theirs.
        names: Vec<String>,
    },
    /// Parameters that the first step's loss does not depend on.
    #[error(
        "no gradient reaches {}: leave out of the network what no loss depends on, or give its loss a weight",
        quoted(names)
    )]
    NoGradient {
        /// Theirs.
        names: Vec<String>,
    },
    /// An epoch was over before the first step.
    #[error("no step in an epoch of {batches} micro-batches: one takes {accumulate}, and fewer are dropped")]
    NoStep {
        /// Micro-batches of the epoch.
        batches: usize,
        /// Micro-batches of a step.
        accumulate: usize,
    },
    /// The state of an optimizer with other groups.
    #[error("the optimizer's state has the rates of {got} groups, expected {expected}")]
    Rates {
        /// Groups of the state.
        got: usize,
        /// Groups of the optimizer.
        expected: usize,
    },
}

impl NnError {
    pub(crate) fn io<'a>(path: &'a Path, what: &'static str) -> impl FnOnce(std::io::Error) -> Self + 'a {
        move |cause| Self::Io { path: path.to_owned(), what, cause }
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
