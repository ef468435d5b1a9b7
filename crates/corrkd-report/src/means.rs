//! The table of means with their 95 % intervals over the seeds (Student's t), under the average and the complete set.

use crate::comparison::headline;
use crate::evidence::Evidence;
use crate::summary::Summary;
use crate::table::{Cell, Table};
use crate::target::Target;
use corrkd_record::Sweep;

/// For each target a row for each of the sweep's and each stage on the way; none where no row has two runs.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary) -> Option<Table> {
    let columns: Vec<String> = headline().into_iter().filter(|condition| summary.has(condition)).collect();
    let line = |row: &str, target: &Target| {
        let cells = columns.iter().flat_map(|condition| {
            let score = summary.score(row, condition, &target.metric);
            let mean = score.map_or_else(Cell::default, |score| Cell::plain(100.0 * score.mean, 2));
            let interval = score.and_then(|of| of.interval()).map_or_else(Cell::default, |i| Cell::interval(i, false));
            [mean, interval].map(|cell| cell.of(summary.runs(row, condition, &target.metric)))
        });
        let label = target.label(row);
        [Cell::words(label), Cell::words(evidence.count_of_planned(row))].into_iter().chain(cells).collect()
    };
    let header = columns.iter().flat_map(|condition| [evidence.called(condition), "95 % interval"]);
    let group = |target| evidence.rows(sweep).map(|row| line(row, target)).collect();
    evidence.rows(sweep).any(|row| evidence.count(row) > 1).then(|| Table {
        name: "means",
        caption: "Weighted F1 (%): means over the seeds".to_owned(),
        header: ["", "n"].into_iter().chain(header).map(str::to_owned).collect(),
        groups: evidence.targets.iter().map(group).collect(),
        notes: vec![
            "The 95 % interval of a mean is Student's t over the seeds; table.csv has it for every column (low, high)."
                .to_owned(),
        ],
    })
}
