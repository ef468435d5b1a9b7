//! What validation chooses of a search's trials.

use crate::{
    failure::{Failure, OrExit},
    tasks::{State, Tasks},
};
use corrkd_config::{Exit, Plan, Search, Selection, Trial, untuned};
use corrkd_record::{SearchedRow, TrialRun, Validation};

/// The trials that were chosen.
#[derive(Default)]
pub(crate) struct Found {
    /// The place of each row's among its trials.
    pub(crate) places: Vec<usize>,
    /// All of them, as they are written down.
    pub(crate) rows: Vec<SearchedRow>,
    /// Runs of trials.
    pub(crate) tried: usize,
    /// Those without a result.
    pub(crate) failed: usize,
}

/// Chooses each row's trial that validation says is the best, the first of several; a row of which no trial has a result keeps
/// its own settings.
///
/// # Errors
/// Exit code 3 if a result cannot be read.
pub(crate) fn choose(search: &Search, plan: &Plan, tasks: &Tasks) -> Result<Found, Failure> {
    let mut found = Found { tried: tasks.list.len(), failed: tasks.failed().count(), ..Found::default() };
    for of in &search.rows {
        let mut best: Option<(usize, f64)> = None;
        let mut trials = Vec::new();
        for (place, trial) in of.trials.iter().enumerate() {
            let Some(run) = plan.runs.iter().position(|run| run.row.as_ref() == Some(&trial.row.name)) else {
                continue;
            };
            let task = &tasks.list[tasks.of_run[run]];
            let failure = match &task.state {
                State::Failed(reason) => Some(reason.clone()),
                _ => None,
            };
            if failure.is_none() {
                let result = task.dir.proved().or_exit(Exit::Data)?;
                let training = result.and_then(|result| result.training);
                let loss = training.map_or(f64::INFINITY, |training| loss(trial, &training.validation));
                if best.is_none_or(|(_, least)| loss < least) {
                    best = Some((place, loss));
                }
            }
            let settings = trial.values.iter().map(|(key, value)| (key.clone(), value.to_string())).collect();
            trials.push(TrialRun { settings, id: task.id.clone(), failure });
        }
        let chosen = best.map_or(0, |(place, _)| place);
        found.places.push(chosen);
        let untuned = (chosen > 0).then(|| untuned(&of.row));
        found.rows.push(SearchedRow { row: of.row.clone(), untuned, chosen, trials });
    }
    Ok(found)
}

/// What is least for the best, as the trial's own epochs are chosen.
fn loss(trial: &Trial, validation: &Validation) -> f64 {
    let stage = trial.row.stages.last();
    let selection = stage.and_then(|stage| stage.settings.get(stage.training)?.get("selection").cloned());
    match selection.and_then(|selection| selection.try_into().ok()) {
        Some(Selection::F1) => -validation.f1,
        _ => validation.loss,
    }
}
