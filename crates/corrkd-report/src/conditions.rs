//! The main table: weighted F1 for each set of modalities, in the order of the paper's columns.

use crate::comparison::Compared;
use crate::evidence::{Evidence, stages};
use crate::paper::PaperTable;
use crate::standing::{mark_best, mark_ties};
use crate::summary::Summary;
use crate::table::{Cell, Mark, Table};
use crate::target::Target;
use crate::{comparison, constant};
use corrkd_record::{RunId, Sweep};

/// What the lines of the main table are read off.
pub(crate) struct Sources<'a> {
    pub(crate) sweep: &'a Sweep,
    pub(crate) evidence: &'a Evidence,
    pub(crate) summary: &'a Summary,
    pub(crate) compared: &'a [Compared],
    pub(crate) paper: Option<&'a PaperTable>,
}

/// For each target the sweep's rows, then their differences from the reference row, the stages on the way and the
/// constant predictors, the paper's rows; a column for each set that a run was judged under.
pub(crate) fn table(sources: &Sources, notes: Vec<String>) -> Table {
    let Sources { sweep, evidence, summary, .. } = *sources;
    let columns: Vec<String> = comparison::columns().filter(|condition| summary.has(condition)).collect();
    let each = |lines: &dyn Fn(&Target) -> Vec<Vec<Cell>>| evidence.targets.iter().map(lines).collect::<Vec<_>>();
    let rows = each(&|target| own(sources, target, &columns));
    let differences = each(&|target| differences(sources, target, &columns)).concat();
    let references = each(&|target| {
        let stages = stages(sweep).into_iter().map(|stage| scored(sources, stage, target, &columns));
        stages.chain(constants(target, &columns)).collect()
    })
    .concat();
    let printed = each(&|target| printed(sources, target, &columns));
    Table {
        name: "table",
        caption: "Weighted F1 (%) by the modalities that are there".to_owned(),
        header: ["", "n"].into_iter().chain(columns.iter().map(|c| evidence.called(c))).map(str::to_owned).collect(),
        groups: [rows, vec![differences, references], printed]
            .into_iter()
            .flatten()
            .filter(|group: &Vec<Vec<Cell>>| !group.is_empty())
            .collect(),
        notes,
    }
}

/// A line: its label, its n, and a cell for each column.
fn line(label: &str, n: Cell, columns: &[String], cell: impl Fn(&str) -> Cell) -> Vec<Cell> {
    [Cell::words(label), n].into_iter().chain(columns.iter().map(|condition| cell(condition))).collect()
}

/// What a row's runs score.
fn scored(sources: &Sources, row: &str, target: &Target, columns: &[String]) -> Vec<Cell> {
    let Sources { evidence, summary, paper, .. } = *sources;
    let n = Cell::words(evidence.count_of_planned(row));
    line(&target.label(row), n, columns, |condition| Cell {
        paper: paper.and_then(|paper| paper.score(row, condition, &target.metric)),
        ..Cell::percent(summary.score(row, condition, &target.metric)).of(summary.runs(row, condition, &target.metric))
    })
}

/// The sweep's rows, with the best of each column and those that tie with it.
fn own(sources: &Sources, target: &Target, columns: &[String]) -> Vec<Vec<Cell>> {
    let Sources { sweep, evidence, .. } = *sources;
    let mut lines: Vec<Vec<Cell>> = sweep.rows.iter().map(|row| scored(sources, row, target, columns)).collect();
    for (place, condition) in columns.iter().enumerate() {
        let mut cells: Vec<&mut Cell> = lines.iter_mut().map(|line| &mut line[2 + place]).collect();
        mark_best(cells.iter_mut().map(|cell| &mut **cell), false);
        mark_ties(sweep, evidence, target, condition, &mut cells);
    }
    lines
}

/// How the rows differ from the reference row.
fn differences(sources: &Sources, target: &Target, columns: &[String]) -> Vec<Vec<Cell>> {
    let Sources { sweep, evidence, summary, compared, .. } = *sources;
    let of_row = |row: &String| {
        let runs: Vec<RunId> = evidence.paired(sweep, row);
        let pairs = evidence.pairs(sweep, row, &sweep.reference).len();
        let label = target.label(&format!("{row} vs {}", sweep.reference));
        line(&label, Cell::words(pairs), columns, |condition| {
            let of = |c: &&Compared| c.row == *row && c.metric == target.metric && c.condition == condition;
            Cell {
                mark: compared.iter().find(of).and_then(|c| c.is_significant().then_some(Mark::Significant)),
                ..Cell::points(summary.difference(row, condition, &target.metric)).of(&runs)
            }
        })
    };
    sweep.rows.iter().filter(|row| **row != sweep.reference).map(of_row).collect()
}

/// What predictors that never look score, whatever is missing.
fn constants(target: &Target, columns: &[String]) -> Vec<Vec<Cell>> {
    let of = |(name, positive): (String, bool)| {
        let f1 = Cell::plain(100.0 * constant::f1(&target.truth, positive)?, 2);
        Some(line(&name, Cell::default(), columns, |_| f1.clone()))
    };
    constant::predictors(target).into_iter().filter_map(of).collect()
}

/// The rows of the paper's table that are none of ours; ours have the paper's figures with them.
fn printed(sources: &Sources, target: &Target, columns: &[String]) -> Vec<Vec<Cell>> {
    let of_row = |paper: &PaperTable, row: &str| {
        line(&target.label(&format!("{row} (paper)")), Cell::default(), columns, |condition| {
            paper.score(row, condition, &target.metric).map_or_else(Cell::default, |f1| Cell::plain(f1, 2))
        })
    };
    sources.paper.map_or_else(Vec::new, |paper| {
        let others = paper.rows(&target.metric).filter(|row| !sources.sweep.rows.iter().any(|own| own == row));
        others.map(|row| of_row(paper, row)).collect()
    })
}
