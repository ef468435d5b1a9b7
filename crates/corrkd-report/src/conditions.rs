//! The main table: weighted F1 for each set of modalities, in the order of the paper's columns.

use crate::evidence::{Evidence, TEACHER};
use crate::paper::PaperTable;
use crate::summary::Summary;
use crate::table::{Cell, Table};
use crate::{comparison, constant};
use corrkd_record::Sweep;

/// The sweep's rows, their differences from the reference row, the teacher, the constant predictors, the paper's rows;
/// a column for each set that a run was judged under.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary, paper: Option<&PaperTable>) -> Table {
    let columns: Vec<String> = comparison::columns().filter(|condition| summary.has(condition)).collect();
    let line = |label: String, n: Cell, cell: &dyn Fn(&str) -> Cell| -> Vec<Cell> {
        [Cell::words(label), n].into_iter().chain(columns.iter().map(|condition| cell(condition))).collect()
    };
    let scored = |row: &str| {
        let n = Cell::words(evidence.count_of_planned(row));
        line(row.to_owned(), n, &|condition| {
            Cell::percent(summary.score(row, condition, "f1")).of(summary.runs(row, condition, "f1"))
        })
    };
    let others = || sweep.rows.iter().filter(|row| **row != sweep.reference);
    let differences = others().map(|row| {
        let pairs = summary.difference(row, "lav", "f1").map_or(0, |difference| difference.n);
        line(format!("{row} vs {}", sweep.reference), Cell::words(pairs.to_string()), &|condition| {
            Cell::points(summary.difference(row, condition, "f1"))
        })
    });
    let constants = constant::PREDICTORS.iter().filter(|_| !evidence.labels.is_empty()).map(|&(name, positive)| {
        let score =
            constant::score(&evidence.labels, positive, "f1").map_or(Cell::default(), |f1| Cell::plain(100.0 * f1, 2));
        line(name.to_owned(), Cell::default(), &|_| score.clone())
    });
    let printed = sweep.rows.iter().filter_map(|row| Some((row, paper?.rows.get(row)?))).map(|(row, printed)| {
        line(format!("{row} (paper)"), Cell::default(), &|condition| {
            printed.get(condition).map_or(Cell::default(), |&f1| Cell::plain(f1, 2))
        })
    });
    let groups = [
        sweep.rows.iter().map(|row| scored(row)).collect(),
        differences.collect(),
        evidence.rows(sweep).filter(|row| *row == TEACHER).map(scored).chain(constants).collect(),
        printed.collect::<Vec<_>>(),
    ];
    Table {
        name: "table",
        caption: "Weighted F1 (%) by the modalities that are there".to_owned(),
        header: ["", "n"].into_iter().map(str::to_owned).chain(columns.iter().cloned()).collect(),
        groups: groups.into_iter().filter(|group| !group.is_empty()).collect(),
    }
}
