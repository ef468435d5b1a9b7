//! An experiment's runs and how each ended: `reports/NAME/sweep.json`.

use crate::RunId;
use serde::{Deserialize, Serialize};

/// What a report is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// The experiment's file name without its ending.
    pub name: String,
    /// What it asks.
    pub title: String,
    /// The data set.
    pub dataset: String,
    /// The row that the others are compared with.
    pub reference: String,
    /// The paper's table that stands beside it, such as `table3.mosi`.
    pub paper: Option<String>,
    /// The rows, in order.
    pub rows: Vec<String>,
    /// The seeds, in order.
    pub seeds: Vec<u64>,
    /// Every run of the plan.
    pub runs: Vec<SweepRun>,
}

/// A run of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepRun {
    /// Its row; none for a teacher.
    pub row: Option<String>,
    /// Its seed.
    pub seed: u64,
    /// Its name.
    pub id: RunId,
    /// Why it has no result; none: it is finished.
    pub failure: Option<String>,
}
