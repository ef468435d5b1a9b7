//! The table of means with their 95 % intervals over the seeds (Student's t), under the average and the complete set.

use crate::comparison::headline;
use crate::evidence::Evidence;
use crate::summary::{Estimate, Summary};
use crate::table::{Cell, Table};
use corrkd_metrics::t_interval;
use corrkd_record::Sweep;

/// A row for each of the sweep's and the teacher; none where no row has two runs.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary) -> Option<Table> {
    let columns: Vec<String> = headline().into_iter().filter(|condition| summary.has(condition)).collect();
    let interval = |of: Estimate| t_interval(of.n as usize, of.mean, of.sd?);
    let line = |row: &str| {
        let cells = columns.iter().flat_map(|condition| {
            let score = summary.score(row, condition, "f1");
            let mean = score.map_or(Cell::default(), |score| Cell::plain(100.0 * score.mean, 2));
            [mean, score.and_then(interval).map_or(Cell::default(), |interval| Cell::interval(interval, false))]
        });
        [Cell::words(row.to_owned()), Cell::words(evidence.count_of_planned(row))].into_iter().chain(cells).collect()
    };
    let header = columns.iter().flat_map(|condition| [condition.as_str(), "95 % interval"]);
    evidence.rows(sweep).any(|row| evidence.count(row) > 1).then(|| Table {
        name: "means",
        caption: "Weighted F1 (%): means over the seeds".to_owned(),
        header: ["", "n"].into_iter().chain(header).map(str::to_owned).collect(),
        groups: vec![evidence.rows(sweep).map(line).collect()],
    })
}
