//! Whether our rows come in the order in which the paper's come.

use crate::comparison;
use crate::evidence::Evidence;
use crate::paper::PaperTable;
use crate::summary::Summary;
use crate::table::{Cell, Table};
use crate::target::Target;
use corrkd_metrics::{kendall_tau, spearman};
use corrkd_record::{RunId, Sweep};

/// Fewer rows have no order to speak of.
const FEWEST: usize = 3;

/// For each target Kendall's and Spearman's correlation of our means and the paper's figures over the rows that both have,
/// in each column of the main table; none where they share fewer than three.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary, paper: &PaperTable) -> Option<Table> {
    let columns: Vec<String> = comparison::columns().filter(|condition| summary.has(condition)).collect();
    let group = |target: &Target| {
        let in_both = |condition: &str| {
            let mut both: Vec<(&str, f64, f64)> = Vec::new();
            for row in &sweep.rows {
                let ours = summary.score(row, condition, &target.metric);
                let printed = paper.score(row, condition, &target.metric);
                both.extend(ours.zip(printed).map(|(ours, printed)| (row.as_str(), ours.mean, printed)));
            }
            both
        };
        let n = columns.iter().map(|condition| in_both(condition).len()).max().filter(|n| *n >= FEWEST)?;
        let line = |name: &str, correlation: fn(&[f64], &[f64]) -> Option<f64>| {
            let cell = |condition: &String| {
                let both = in_both(condition);
                let (ours, printed): (Vec<f64>, Vec<f64>) =
                    both.iter().map(|&(_, ours, printed)| (ours, printed)).unzip();
                let correlation = (both.len() >= FEWEST).then(|| correlation(&ours, &printed)).flatten();
                let of_row = |(row, ..): &(&str, f64, f64)| summary.runs(row, condition, &target.metric);
                let runs: Vec<RunId> = both.iter().flat_map(of_row).cloned().collect();
                correlation.map_or_else(Cell::default, |correlation| Cell::plain(correlation, 2).of(&runs))
            };
            let head = [Cell::words(target.label(name)), Cell::words(n)];
            head.into_iter().chain(columns.iter().map(cell)).collect::<Vec<_>>()
        };
        Some(vec![line("Kendall's tau-b", kendall_tau), line("Spearman's rho", spearman)])
    };
    let groups: Vec<_> = evidence.targets.iter().filter_map(group).collect();
    (!groups.is_empty()).then(|| Table {
        name: "ranks",
        caption: format!("Rank correlation of our rows with those of {} of the paper", paper.title),
        header: ["", "rows"].into_iter().map(str::to_owned).chain(columns.clone()).collect(),
        groups,
        notes: vec![
            "1: the same order, -1: the opposite one; a column whose values are all equal has none.".to_owned(),
        ],
    })
}
