//! An experiment as the list of runs that answer it.

use crate::{Evaluation, Experiment, Missing, Row, Stage, Task};
use serde::{Deserialize, Serialize};
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
    /// The seed.
    pub seed: u64,
    /// The fold of a cross-validation, from 0.
    pub fold: Option<usize>,
    /// The work.
    pub job: Job,
    /// The places in the plan of the runs whose networks it needs; all before it.
    pub needs: Vec<usize>,
}

/// All runs of an experiment, each after those that it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The runs.
    pub runs: Vec<PlannedRun>,
}

impl Plan {
    /// Expands an experiment: for each seed and fold its rows, each after the stages that it needs, which rows share where they
    /// are the same.
    #[must_use]
    pub fn of(experiment: &Experiment) -> Self {
        let mut runs: Vec<PlannedRun> = Vec::new();
        let folds: Vec<Option<usize>> = match &experiment.folds {
            None => vec![None],
            Some(cross) => (0..cross.parts()).map(Some).collect(),
        };
        let parts = experiment.seeds.iter().flat_map(|&seed| folds.iter().map(move |&fold| (seed, fold)));
        for (seed, fold) in parts {
            for row in &experiment.rows {
                let mut places: Vec<usize> = Vec::new();
                for (number, stage) in row.stages.iter().enumerate() {
                    let name = (number + 1 == row.stages.len()).then(|| row.name.clone());
                    let needs = stage.needs.iter().map(|&stage| places[stage]).collect();
                    let run = PlannedRun { row: name, seed, fold, job: Job::of(row, stage), needs };
                    let same = runs.iter().position(|other| *other == run);
                    places.push(same.unwrap_or(runs.len()));
                    if same.is_none() {
                        runs.push(run);
                    }
                }
            }
        }
        Self { runs }
    }
}
