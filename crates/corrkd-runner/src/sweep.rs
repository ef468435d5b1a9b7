//! Which runs make up an experiment and how each ended, for its report.

use crate::tasks::{State, Tasks};
use corrkd_config::{Experiment, Plan};
use corrkd_record::{Sweep, SweepRun};

/// The experiment's runs, each with the identity of its task.
pub(crate) fn of(name: &str, experiment: &Experiment, plan: &Plan, tasks: &Tasks) -> Sweep {
    let ended = plan.runs.iter().zip(&tasks.of_run).map(|(run, &task)| {
        let task = &tasks.list[task];
        let failure = match &task.state {
            State::Failed(reason) => Some(reason.clone()),
            _ => None,
        };
        SweepRun {
            row: run.row.clone(),
            stage: run.job.label(),
            seed: run.seed,
            fold: run.fold,
            id: task.id.clone(),
            failure,
        }
    });
    Sweep {
        name: name.to_owned(),
        title: experiment.title.clone(),
        dataset: experiment.dataset.to_string(),
        reference: experiment.reference.clone(),
        paper: experiment.paper.clone(),
        rows: experiment.rows.iter().map(|row| row.name.clone()).collect(),
        seeds: experiment.seeds.clone(),
        folds: experiment.folds.clone(),
        runs: ended.collect(),
    }
}
