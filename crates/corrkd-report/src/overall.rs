//! What weighted F1 of single targets does not show, by the modalities that are there: the error and correlation of a
//! regression, or the scores over all categories.

use crate::comparison;
use crate::evidence::Evidence;
use crate::measure::Measure;
use crate::standing::mark_best;
use crate::summary::Summary;
use crate::table::{Cell, Table};
use corrkd_record::Sweep;

/// In the shape of the main table, for each measure that is of no target a line for each row, each stage on the way, and the
/// best constant; none where there is no such measure.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary, measures: &[Measure]) -> Option<Table> {
    let columns: Vec<String> = comparison::columns().filter(|condition| summary.has(condition)).collect();
    let group = |measure: &Measure| {
        let line = |row: &str| {
            let cell = |condition: &String| {
                let runs = summary.runs(row, condition, &measure.metric);
                measure.cell(summary.score(row, condition, &measure.metric)).of(runs)
            };
            let n = Cell::words(evidence.count_of_planned(row));
            [Cell::words(measure.label(row)), n].into_iter().chain(columns.iter().map(cell)).collect::<Vec<_>>()
        };
        let mut lines: Vec<Vec<Cell>> = evidence.rows(sweep).map(line).collect();
        for place in 0..columns.len() {
            let own = lines.iter_mut().take(sweep.rows.len());
            mark_best(own.map(|line| &mut line[2 + place]), measure.low_is_good);
        }
        lines.extend(measure.constant.as_ref().map(|(name, score)| {
            let cell = Cell::plain(measure.factor * score, measure.decimals);
            let label = [Cell::words(measure.label(name)), Cell::default()];
            label.into_iter().chain(columns.iter().map(|_| cell.clone())).collect()
        }));
        lines
    };
    let own: Vec<&Measure> = measures.iter().skip(evidence.targets.len()).collect();
    let titles: Vec<String> = own.iter().map(|measure| title(measure)).collect();
    (!own.is_empty()).then(|| Table {
        name: "overall",
        caption: format!("{} by the modalities that are there", titles.join("; ")),
        header: ["", "n"].into_iter().chain(columns.iter().map(|c| evidence.called(c))).map(str::to_owned).collect(),
        groups: own.iter().map(|measure| group(measure)).collect(),
        notes: vec!["Under each measure its best constant answer.".to_owned()],
    })
}

/// A measure with its sign in the labels.
fn title(measure: &Measure) -> String {
    let percent = if measure.factor == 100.0 { ", %" } else { "" };
    format!("{} ({}{percent})", measure.title, measure.name.as_deref().unwrap_or_default())
}
