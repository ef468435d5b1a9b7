//! The other scores in use, with nothing missing.

use crate::constant;
use crate::evidence::Evidence;
use crate::standing::mark_best;
use crate::summary::Summary;
use crate::table::{Cell, Table};
use corrkd_record::Sweep;

/// Metric, column, factor and digits.
type Metric = (&'static str, &'static str, f64, usize);

/// Of sentiment. `≥ 0` counts labels of exactly zero as positive, `≠ 0` leaves them out.
const SENTIMENT: [Metric; 9] = [
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

/// Of emotions.
const EMOTION: [Metric; 2] = [("accuracy", "Accuracy", 100.0, 2), ("f1", "F1 (mean)", 100.0, 2)];

/// A row for each of the sweep's, the stages on the way and the constant predictors; columns that no run has are left out.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary) -> Table {
    let rows: Vec<&str> = evidence.rows(sweep).collect();
    let scored = |metric: &str| rows.iter().any(|row| summary.score(row, "lav", metric).is_some());
    // With two categories the accuracy over categories is that of signs.
    let shown = |metric: &str| scored(metric) && (metric != "accuracy_categories" || scored("f1_category2"));
    let sentiment = evidence.task.unwrap_or_default().is_sentiment();
    let metrics: &[Metric] = if sentiment { &SENTIMENT } else { &EMOTION };
    let columns: Vec<Metric> = metrics.iter().copied().filter(|(metric, ..)| shown(metric)).collect();
    let of_row = |row: &&str| {
        let cells = columns.iter().map(|&(metric, _, factor, decimals)| {
            Cell::scaled(summary.score(row, "lav", metric), factor, decimals).of(summary.runs(row, "lav", metric))
        });
        [Cell::words(row), Cell::words(evidence.count_of_planned(row))].into_iter().chain(cells).collect::<Vec<_>>()
    };
    let mut own: Vec<Vec<Cell>> = rows.iter().map(of_row).collect();
    for (place, (metric, ..)) in columns.iter().enumerate() {
        let of_sweep = own.iter_mut().take(sweep.rows.len());
        mark_best(of_sweep.map(|line| &mut line[2 + place]), *metric == "mae");
    }
    // What they score of a single emotion, the main table has.
    let constants = evidence.targets.iter().filter(|_| sentiment).flat_map(|target| {
        let of = |(name, positive): (String, bool)| {
            let cell = |&(metric, _, factor, decimals): &Metric| {
                let score = constant::score(&target.truth, positive, metric);
                score.map_or_else(Cell::default, |score| Cell::plain(factor * score, decimals))
            };
            [Cell::words(name), Cell::default()].into_iter().chain(columns.iter().map(cell)).collect()
        };
        constant::predictors(target).into_iter().map(of).collect::<Vec<_>>()
    });
    let groups = [own, constants.filter(|_| evidence.task.is_some()).collect()];
    Table {
        name: "metrics",
        caption: "All scores, with nothing missing".to_owned(),
        header: ["", "n"].into_iter().chain(columns.iter().map(|(_, name, ..)| *name)).map(str::to_owned).collect(),
        groups: groups.into_iter().filter(|group| !group.is_empty()).collect(),
        notes: if sentiment {
            vec![
                "≥ 0 counts labels of exactly zero as positive, ≠ 0 leaves them out. Acc-5, Acc-7, MAE and r (Pearson) are of \
                 rows whose answers have a score."
                    .to_owned(),
            ]
        } else {
            vec!["Accuracy is over the categories; F1 is the mean of the emotions' weighted F1.".to_owned()]
        },
    }
}
