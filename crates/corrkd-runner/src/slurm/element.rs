//! An element of a job array: one job, which has some runs one after another.

use std::{collections::BTreeSet, fmt};

/// What an element is called by Slurm: `123_4`, the array's job and the index in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct JobId {
    pub(crate) array: u64,
    pub(crate) index: usize,
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.array, self.index)
    }
}

/// An element that another waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Before {
    /// One of the same submission, by its place.
    Here(usize),
    /// One that was submitted earlier; whether it has a single run.
    Queued(JobId, bool),
}

/// A job of some runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Element {
    /// Their places among the tasks.
    pub(crate) runs: Vec<usize>,
    /// The elements that it waits for.
    pub(crate) after: BTreeSet<Before>,
    /// How long it may take, where that is known; seconds.
    pub(crate) seconds: Option<f64>,
}
