//! What can be wrong with an experiment.

use crate::name::{brief, some};
use crate::{Device, Task};

/// An experiment file that cannot be planned. The program exits with code 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not TOML.
    #[error("{whose}: not a TOML file: {reason}")]
    Syntax {
        /// Which file: the experiment or one that it extends.
        whose: String,
        /// The parser's message, with line and column.
        reason: String,
    },
    /// The file that is extended is not there.
    #[error("{whose}: at `extends`: no `{}`, expected one of {}", brief(name, 200), some(known))]
    Extends {
        /// Which file names it: the experiment or one that it extends.
        whose: String,
        /// The name.
        name: String,
        /// The files there are.
        known: Vec<String>,
    },
    /// A file extends itself.
    #[error("the experiment extends {}: a circle, which one of them must leave", chain.join(", which extends "))]
    Circle {
        /// The files, from the first that is extended to its return.
        chain: Vec<String>,
    },
    /// There is more of something than a plan can have.
    #[error("{whose}: {got} {what}, expected at most {most}; {remedy}")]
    Many {
        /// Which part.
        whose: String,
        /// How many there are.
        got: String,
        /// Of what.
        what: &'static str,
        /// How many there may be.
        most: usize,
        /// What can be done.
        remedy: &'static str,
    },
    /// A key or value does not fit.
    #[error("{whose}: at `{key}`: {reason}")]
    Value {
        /// Which part: the experiment or a variant.
        whose: String,
        /// Dotted path of the key.
        key: String,
        /// What is wrong; for an unknown key, the allowed ones.
        reason: String,
    },
    /// A setting has the right type, but an impossible value.
    #[error("{whose}: `{key}` is {got}, expected {expected}")]
    Range {
        /// Which part: the experiment or a variant.
        whose: String,
        /// Dotted path of the key.
        key: String,
        /// The value.
        got: String,
        /// What would be accepted.
        expected: String,
    },
    /// A row names a method that there is not.
    #[error("{whose}: no method `{}`, expected one of {}", brief(got, 100), known.join(", "))]
    Method {
        /// The row.
        whose: String,
        /// The name.
        got: String,
        /// The methods there are.
        known: Vec<&'static str>,
    },
    /// Two rows share a name.
    #[error("two variants are named `{}`; rename one", brief(name, 100))]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A name refers to no row.
    #[error("{what} `{}` is not among the rows: {}", brief(name, 100), some(rows))]
    UnknownRow {
        /// What named it: the reference row or `--only`.
        what: &'static str,
        /// The name.
        name: String,
        /// The rows there are.
        rows: Vec<String>,
    },
    /// A device is misspelt.
    #[error("`{got}` is not a device, expected cpu, cuda, cuda:INDEX or metal")]
    Device {
        /// The text.
        got: String,
    },
    /// A task is misspelt.
    #[error("`{got}` is no task, expected binary, ternary, five, seven, emotion or regression")]
    Task {
        /// The text.
        got: String,
    },
    /// A form of the layers is misspelt.
    #[error("`{got}` is no form of kernels, expected composed or fused")]
    Kernels {
        /// The text.
        got: String,
    },
    /// Fused kernels on a device that has none.
    #[error("--device {device} has no fused kernels, only cpu has; use --kernels composed")]
    NotFused {
        /// The device.
        device: Device,
    },
    /// A set of modalities is misspelt.
    #[error("`{got}` is not a set of modalities, expected one of l, a, v, la, lv, av, lav")]
    Presence {
        /// The text.
        got: String,
    },
    /// A condition is misspelt.
    #[error(
        "`{got}` is no condition; expected modalities, as lav or la, and what happens to their frames, as lav@0.3, \
         lav@bursts:0.5, lav@delay-v:0.5, lav@frames-l:0.2+frames-a:0.5 or lav@gap-v:0.3:0.5 (frames, bursts, tail, gap, \
         delay, noise, mean, words, label or energy; 0 to 1)"
    )]
    Condition {
        /// The text.
        got: String,
    },
    /// The data set's labels cannot have the task.
    #[error("`task = \"{task}\"` asks for {expected}, but the data set's labels are {got}; {remedy}")]
    Labels {
        /// The task.
        task: Task,
        /// What it asks for.
        expected: String,
        /// What the labels are.
        got: String,
        /// What can be set.
        remedy: &'static str,
    },
}

impl ConfigError {
    /// Settings that have no form as TOML.
    pub fn unwritable(whose: &str, error: &toml::ser::Error) -> Self {
        Self::Syntax { whose: whose.to_owned(), reason: error.to_string() }
    }
}
