//! The second table: the other scores in use, with nothing missing.

use crate::constant;
use crate::evidence::Evidence;
use crate::summary::Summary;
use crate::table::{Cell, Table};
use corrkd_record::Sweep;

/// Metric, column, factor and digits. `≥ 0` counts labels of exactly zero as positive, `≠ 0` leaves them out.
const METRICS: [(&str, &str, f64, usize); 9] = [
    ("accuracy_has0", "Acc-2 (≥ 0)", 100.0, 2),
    ("f1_has0", "F1 (≥ 0)", 100.0, 2),
    ("accuracy", "Acc-2 (≠ 0)", 100.0, 2),
    ("f1", "F1 (≠ 0)", 100.0, 2),
    ("accuracy_categories", "Acc-K", 100.0, 2),
    ("accuracy5", "Acc-5", 100.0, 2),
    ("accuracy7", "Acc-7", 100.0, 2),
    ("mae", "MAE", 1.0, 3),
    ("pearson", "r", 1.0, 3),
];

/// A row for each of the sweep's, the teacher and the constant predictors; columns that no run has are left out.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary) -> Table {
    let rows: Vec<&str> = evidence.rows(sweep).collect();
    let scored = |metric: &str| rows.iter().any(|row| summary.score(row, "lav", metric).is_some());
    // With two categories the accuracy over categories is that of signs.
    let shown = |metric: &str| scored(metric) && (metric != "accuracy_categories" || scored("f1_category2"));
    let columns: Vec<_> = METRICS.into_iter().filter(|(metric, ..)| shown(metric)).collect();
    let own = rows.iter().map(|row| {
        let cells = columns
            .iter()
            .map(|&(metric, _, factor, decimals)| Cell::scaled(summary.score(row, "lav", metric), factor, decimals));
        [Cell::words((*row).to_owned()), Cell::words(evidence.count_of_planned(row))].into_iter().chain(cells).collect()
    });
    let constants = constant::PREDICTORS.iter().filter(|_| !evidence.labels.is_empty()).map(|&(name, positive)| {
        let cells = columns.iter().map(|&(metric, _, factor, decimals)| {
            constant::score(&evidence.labels, positive, metric)
                .map_or(Cell::default(), |score| Cell::plain(factor * score, decimals))
        });
        [Cell::words(name.to_owned()), Cell::default()].into_iter().chain(cells).collect()
    });
    let groups: [Vec<Vec<Cell>>; 2] = [own.collect(), constants.collect()];
    Table {
        name: "metrics",
        caption: "All scores, with nothing missing".to_owned(),
        header: ["", "n"].into_iter().chain(columns.iter().map(|(_, name, ..)| *name)).map(str::to_owned).collect(),
        groups: groups.into_iter().filter(|group| !group.is_empty()).collect(),
    }
}
