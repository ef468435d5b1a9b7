//! An experiment's runs and how each ended: `reports/NAME/sweep.json`.

use crate::json::{read_sealed, write_sealed};
use crate::{RecordError, RunId};
use corrkd_config::Cross;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a report is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// The experiment's file name without its ending, which is also the name of its report's folder.
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
    /// The cross-validation, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folds: Option<Cross>,
    /// The seeds, in order.
    pub seeds: Vec<u64>,
    /// Every run of the plan.
    pub runs: Vec<SweepRun>,
    /// What a search tried for each row, where there was one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<SearchedRow>,
}

/// A row's trials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchedRow {
    /// The row, with the settings that validation chose.
    pub row: String,
    /// The row with its own settings, where others were chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untuned: Option<String>,
    /// The place of the trial that was chosen.
    pub chosen: usize,
    /// The trials; the first has the row's own settings.
    pub trials: Vec<TrialRun>,
}

/// A run of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialRun {
    /// The settings that were drawn, by dotted keys.
    pub settings: Vec<(String, String)>,
    /// The run that answers.
    pub id: RunId,
    /// Why it has no result; none: it is finished.
    pub failure: Option<String>,
}

/// A run of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepRun {
    /// Its row; none for a stage on the way to one.
    pub row: Option<String>,
    /// Whether its network is a part of what answers for a row, and not judged by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_part: bool,
    /// What it is where it is no row: `teacher (complete)`.
    pub stage: String,
    /// Its seed.
    pub seed: u64,
    /// Its fold of a cross-validation, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
    /// Its name.
    pub id: RunId,
    /// Why it has no result; none: it is finished.
    pub failure: Option<String>,
}

impl SweepRun {
    /// What it is listed as: its row, or its stage on the way to one.
    #[must_use]
    pub fn listed_as(&self) -> &str {
        self.row.as_deref().unwrap_or(&self.stage)
    }
}

impl Sweep {
    /// Reads `sweep.json` of an experiment's report directory, whose name becomes the sweep's: what the file says leads nowhere
    /// else.
    ///
    /// # Errors
    /// [`RecordError::Io`] where there is none; [`RecordError::Damaged`].
    pub fn read(report: &Path) -> Result<Self, RecordError> {
        let sweep: Self = read_sealed(&path(report))?;
        let name = report.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Self { name: name.unwrap_or_default(), ..sweep })
    }

    /// Writes `sweep.json` into an experiment's report directory, creating that where it is absent.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub fn write(&self, report: &Path) -> Result<(), RecordError> {
        std::fs::create_dir_all(report).map_err(RecordError::io(report, "create the report's directory"))?;
        write_sealed(&path(report), self)
    }
}

fn path(report: &Path) -> PathBuf {
    report.join("sweep.json")
}
