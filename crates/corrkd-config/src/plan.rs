//! An experiment as the list of runs that answer it.

use crate::{ConfigError, Evaluation, Experiment, Missing, Row, Stage, Task};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::{Table, Value};

/// What a run does, with all the settings it depends on and no others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The method.
    pub method: String,
    /// Which of its trainings.
    pub stage: String,
    /// The table of the settings that says how it trains.
    pub training: String,
    /// The method's settings.
    pub settings: Table,
    /// What is predicted.
    pub task: Task,
    /// What training samples lose; nothing where it trains on complete ones.
    pub missing: Option<Missing>,
    /// What is measured on the test split.
    pub evaluation: Evaluation,
}

impl Job {
    /// The work of a row's stage.
    #[must_use]
    pub fn of(row: &Row, stage: &Stage) -> Self {
        let protocol = &row.protocol;
        Self {
            method: row.method.clone(),
            stage: stage.name.to_owned(),
            training: stage.training.to_owned(),
            settings: stage.settings.clone(),
            task: protocol.task,
            missing: stage.sees_missing.then_some(protocol.missing),
            evaluation: protocol.evaluation.clone(),
        }
    }

    /// The epochs it trains for at most.
    #[must_use]
    pub fn epochs(&self) -> usize {
        let epochs = self.settings.get(&self.training).and_then(|training| training.get("epochs"));
        epochs.and_then(Value::as_integer).and_then(|epochs| usize::try_from(epochs).ok()).unwrap_or(0)
    }

    /// The stage as tables name it where it is no row: `teacher (complete)` for one that trains on complete samples.
    #[must_use]
    pub fn label(&self) -> String {
        match self.missing {
            None => format!("{} (complete)", self.stage),
            Some(_) => self.stage.clone(),
        }
    }
}

/// A run to be had.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRun {
    /// The table's row that it answers for; none for a stage on the way.
    pub row: Option<String>,
    /// Whether it is [a part](Stage::is_part) of what answers for one.
    pub is_part: bool,
    /// The seed.
    pub seed: u64,
    /// The fold of a cross-validation, from 0.
    pub fold: Option<usize>,
    /// The work, which is the same for each seed and fold.
    pub job: Arc<Job>,
    /// The places in the plan of the runs whose networks it needs; all before it.
    pub needs: Vec<usize>,
}

/// All runs of an experiment, each after those that it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The runs: those of the first seed and fold, then as many of each other.
    pub runs: Vec<PlannedRun>,
    /// How many runs each seed and fold has.
    pub part: usize,
}

/// More runs than this are no plan but a slip: a thousand of them a day would take three years.
const RUNS: usize = 1_000_000;

impl Plan {
    /// Expands an experiment: for each seed and fold its rows, each after the stages that it needs, which rows share where they
    /// are the same.
    #[must_use]
    pub fn of(experiment: &Experiment) -> Self {
        let runs = part(experiment);
        let parts = parts(experiment);
        let mut all: Vec<PlannedRun> = Vec::with_capacity(parts.len() * runs.len());
        for (seed, fold) in parts {
            let start = all.len();
            all.extend(runs.iter().map(|run| {
                let needs = run.needs.iter().map(|need| start + need).collect();
                PlannedRun { seed, fold, needs, ..run.clone() }
            }));
        }
        Self { runs: all, part: runs.len() }
    }

    /// Refuses an experiment of more runs than anybody has time for, before they are planned.
    ///
    /// # Errors
    /// [`ConfigError::Many`].
    pub fn check_size(experiment: &Experiment) -> Result<(), ConfigError> {
        let folds = experiment.folds.as_ref().map_or(1, |cross| cross.parts() as u128);
        let runs = part(experiment).len() as u128 * experiment.seeds.len() as u128 * folds;
        match runs > RUNS as u128 {
            false => Ok(()),
            true => Err(ConfigError::Many {
                whose: "the experiment".to_owned(),
                got: runs.to_string(),
                what: "runs, of rows with their teachers, seeds and folds",
                most: RUNS,
                remedy: "take fewer seeds, rows or folds",
            }),
        }
    }
}

/// The seeds and folds that each row is run for.
fn parts(experiment: &Experiment) -> Vec<(u64, Option<usize>)> {
    let folds: Vec<Option<usize>> = match &experiment.folds {
        None => vec![None],
        Some(cross) => (0..cross.parts()).map(Some).collect(),
    };
    experiment.seeds.iter().flat_map(|&seed| folds.iter().map(move |&fold| (seed, fold))).collect()
}

/// The runs of one seed and fold, those of rows and what they need.
fn part(experiment: &Experiment) -> Vec<PlannedRun> {
    let mut runs: Vec<PlannedRun> = Vec::new();
    // The stages on the way, by all that tells them apart. Two jobs that are written alike are the same.
    let mut known: BTreeMap<(String, Vec<usize>), usize> = BTreeMap::new();
    for row in &experiment.rows {
        let mut places: Vec<usize> = Vec::new();
        for (number, stage) in row.stages.iter().enumerate() {
            let answers = number + 1 == row.stages.len();
            let needs: Vec<usize> = stage.needs.iter().map(|&stage| places[stage]).collect();
            let job = Job::of(row, stage);
            let place = match answers {
                true => runs.len(),
                false => *known.entry((format!("{job:?}"), needs.clone())).or_insert(runs.len()),
            };
            places.push(place);
            if place == runs.len() {
                let row = answers.then(|| row.name.clone());
                runs.push(PlannedRun { row, is_part: stage.is_part, seed: 0, fold: None, job: Arc::new(job), needs });
            }
        }
    }
    runs
}
