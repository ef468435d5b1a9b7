//! What a run cost, so that rows can be compared at equal compute.

use crate::evidence::Evidence;
use crate::summary::Estimate;
use crate::table::{Cell, Table};
use corrkd_record::{RunId, RunResult, Sweep};

/// A row for each of the sweep's, each stage on the way to them and each part of what answers: means over its runs.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence) -> Table {
    let line = |row: &str| {
        let results: Vec<&RunResult> = evidence.results(row).collect();
        let ids: Vec<RunId> = results.iter().map(|result| result.id.clone()).collect();
        let mean = |number: fn(&RunResult) -> f64, decimals: usize| {
            let estimate = Estimate::of(&results.iter().map(|result| number(result)).collect::<Vec<_>>());
            estimate.map_or_else(Cell::default, |estimate| Cell::plain(estimate.mean, decimals).of(&ids))
        };
        vec![
            Cell::words(row),
            Cell::words(evidence.count_of_planned(row)),
            mean(|result| result.parameters as f64, 0),
            mean(|result| result.epochs as f64, 1),
            mean(|result| result.best_epoch as f64, 1),
            mean(|result| result.seconds, 1),
        ]
    };
    Table {
        name: "cost",
        caption: "What a run cost, on average".to_owned(),
        header: ["", "n", "parameters", "epochs", "best epoch", "seconds"].map(str::to_owned).to_vec(),
        groups: vec![evidence.trained_rows(sweep).map(line).collect()],
        notes: vec![
            "Parameters: trainable numbers, those that only a loss needs included. Seconds: wall clock of training and \
             validation, beside whatever else ran. A row costs its stages on the way as well."
                .to_owned(),
        ],
    }
}
