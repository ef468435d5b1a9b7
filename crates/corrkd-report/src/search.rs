//! What a search tried, what validation chose, and how much that moved the scores on the test split.

use crate::comparison::headline;
use crate::evidence::Evidence;
use crate::matched::{Matched, averages};
use crate::scores::AVERAGE;
use crate::summary::Estimate;
use crate::table::{Cell, Table};
use corrkd_metrics::{Interval, mean};
use corrkd_record::{RunId, Runs, SearchedRow, Sweep, Validation};

/// For each row what was chosen, and how its scores on the test split moved; none where there was no search.
pub(crate) fn moved(sweep: &Sweep, evidence: &Evidence) -> Option<Table> {
    let columns = headline();
    let line = |of: &SearchedRow| {
        let settings = match of.trials.get(of.chosen) {
            Some(trial) if of.chosen > 0 => settings(&trial.settings),
            _ => "its own settings".to_owned(),
        };
        let head = [Cell::words(&of.row), Cell::words(of.trials.len()), Cell::words(settings)];
        let both = [Some(&of.row), of.untuned.as_ref()].into_iter().flatten();
        let runs: Vec<RunId> = both.flat_map(|row| evidence.results(row)).map(|result| result.id.clone()).collect();
        let cells = columns.iter().flat_map(|condition| {
            let moved =
                of.untuned.as_ref().and_then(|untuned| movement(sweep, evidence, [&of.row, untuned], condition));
            match moved {
                None => [Cell::default(), Cell::default()],
                Some((difference, interval)) => [
                    Cell::points(Some(Estimate { n: 0, mean: difference, sd: None })).of(&runs),
                    Cell::interval(interval, true).of(&runs),
                ],
            }
        });
        head.into_iter().chain(cells).collect::<Vec<_>>()
    };
    let header = columns.iter().flat_map(|condition| [evidence.called(condition), "95 % interval"]);
    (!sweep.search.is_empty()).then(|| Table {
        name: "search",
        caption: "What validation chose, and how it moved weighted F1 on the test split, in percentage points".to_owned(),
        header: ["", "trials", "chosen"].into_iter().chain(header).map(str::to_owned).collect(),
        groups: vec![sweep.search.iter().map(line).collect()],
        notes: vec![
            "Each row had the same number of trials, its own settings the first of them, with the first seed; the one with the best \
             score on the validation split was chosen, and the test split had no part in it. The differences are those of the \
             row from itself as it was, over all seeds, of the first target; nothing stands where its own settings were chosen."
                .to_owned(),
        ],
    })
}

/// Each trial on the validation split; none where there was no search.
pub(crate) fn trials(runs: &Runs, sweep: &Sweep) -> Option<Table> {
    let line = |of: &SearchedRow, place: usize| {
        let trial = &of.trials[place];
        let validation =
            runs.run(&trial.id).result().ok().flatten().and_then(|result| Some(result.training?.validation));
        let ids = [trial.id.clone()];
        let number = |of: fn(Validation) -> f64, decimals| {
            validation.map_or_else(Cell::default, |validation| Cell::plain(of(validation), decimals).of(&ids))
        };
        let said = match (&trial.failure, validation) {
            (Some(failure), _) => failure.clone(),
            (None, None) => "its result is not there, or damaged".to_owned(),
            (None, Some(_)) if place == of.chosen => "chosen".to_owned(),
            (None, Some(_)) => String::new(),
        };
        let settings = if place == 0 { "its own settings".to_owned() } else { settings(&trial.settings) };
        vec![
            Cell::words(format!("{} trial {}", of.row, place + 1)),
            Cell::words(settings),
            number(|validation| validation.loss, 4),
            number(|validation| 100.0 * validation.f1, 2),
            Cell::words(said),
        ]
    };
    let group = |of: &SearchedRow| (0..of.trials.len()).map(|place| line(of, place)).collect();
    (!sweep.search.is_empty()).then(|| Table {
        name: "trials",
        caption: "Each trial on the validation split".to_owned(),
        header: ["", "settings", "loss", "F1", ""].map(str::to_owned).to_vec(),
        groups: sweep.search.iter().map(group).collect(),
        notes: Vec::new(),
    })
}

/// `student.learning_rate=0.002, dropout.output=0.1`.
fn settings(of: &[(String, String)]) -> String {
    of.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}

/// A row's mean difference from another in a column, with its interval over seeds and test samples.
fn movement(sweep: &Sweep, evidence: &Evidence, rows: [&str; 2], column: &str) -> Option<(f64, Interval)> {
    let target = evidence.targets.first()?;
    let conditions = if column == AVERAGE { crate::comparison::incomplete() } else { vec![column.to_owned()] };
    let matched = Matched::of(sweep, evidence, rows, target, &conditions)?;
    let intervals = matched.intervals()?;
    Some((mean(&averages(&matched.differences()))?, intervals.mean))
}
