//! How well each category is found: recall by category with its mean, and F1 by category with its weighted mean. A mean over
//! all samples hides the rare ones.

use crate::constant::Constant;
use crate::evidence::Evidence;
use crate::standing::mark_best;
use crate::summary::Summary;
use crate::table::{Cell, Table};
use corrkd_record::Sweep;

/// A score that each category has, and its mean.
struct Kind {
    table: &'static str,
    title: &'static str,
    metric: &'static str,
    mean: [&'static str; 2],
}

const KINDS: [Kind; 2] = [
    Kind { table: "recall", title: "Recall", metric: "recall_category", mean: ["recall_mean", "UA"] },
    Kind { table: "category-f1", title: "F1", metric: "f1_category", mean: ["weighted_f1", "weighted"] },
];

/// A table of recall and one of F1, with nothing taken away: the test split's samples of each category, the sweep's rows, the
/// stages on the way, and for recall the constants. None of the two sides of a scale, which the other tables are about.
pub(crate) fn tables(sweep: &Sweep, evidence: &Evidence, summary: &Summary, constants: &[Constant]) -> Vec<Table> {
    let space = &evidence.space;
    if evidence.labels.is_empty() || (space.is_score() && (space.categories() < 3 || evidence.regresses())) {
        return Vec::new();
    }
    KINDS.iter().map(|kind| table(kind, sweep, evidence, summary, constants)).collect()
}

fn table(kind: &Kind, sweep: &Sweep, evidence: &Evidence, summary: &Summary, constants: &[Constant]) -> Table {
    let space = &evidence.space;
    let metrics: Vec<String> =
        (0..space.categories()).map(|k| format!("{}{k}", kind.metric)).chain([kind.mean[0].to_owned()]).collect();
    let line = |row: &str| {
        let cell =
            |metric: &String| Cell::percent(summary.score(row, "lav", metric)).of(summary.runs(row, "lav", metric));
        let n = Cell::words(evidence.count_of_planned(row));
        [Cell::words(row), n].into_iter().chain(metrics.iter().map(cell)).collect::<Vec<_>>()
    };
    // Rows may divide the labels in other ways, and then have other categories.
    let same = |row: &&str| evidence.runs(row).all(|run| run.space == *space);
    let rows: Vec<&str> = evidence.rows(sweep).filter(same).collect();
    let mut own: Vec<Vec<Cell>> = rows.iter().map(|row| line(row)).collect();
    for place in 0..metrics.len() {
        let of_sweep = own.iter_mut().zip(&rows).filter(|(_, row)| sweep.rows.iter().any(|of| of == *row));
        mark_best(of_sweep.map(|(line, _)| &mut line[2 + place]), false);
    }
    let constant = |of: &Constant| {
        let cells: Option<Vec<Cell>> = metrics.iter().map(|m| Some(Cell::plain(100.0 * of.score(m)?, 2))).collect();
        Some([Cell::words(&of.name), Cell::default()].into_iter().chain(cells?).collect())
    };
    let count = |k: usize| evidence.labels.iter().filter(|&&label| space.category(label) == k).count();
    let counts = (0..space.categories()).map(|k| Cell::words(count(k)));
    let samples: Vec<Cell> = [Cell::words("samples"), Cell::default()]
        .into_iter()
        .chain(counts)
        .chain([Cell::words(evidence.labels.len())])
        .collect();
    let groups = [vec![samples], own, constants.iter().filter_map(constant).collect()];
    let how = if evidence.nature.is_lacking() { "of samples as they are" } else { "with nothing missing" };
    Table {
        name: kind.table,
        caption: format!("{} by category (%), {how}", kind.title),
        header: ["", "n"]
            .into_iter()
            .map(str::to_owned)
            .chain(space.names().iter().cloned())
            .chain([kind.mean[1].to_owned()])
            .collect(),
        groups: groups.into_iter().filter(|group: &Vec<Vec<Cell>>| !group.is_empty()).collect(),
        notes: match kind.mean[1] {
            "UA" => vec!["UA: the mean over the categories (unweighted average recall, balanced accuracy).".to_owned()],
            _ => vec!["weighted: the mean over the categories by their samples.".to_owned()],
        },
    }
}
