//! The other scores in use, with nothing taken away. For a regression it is the table that the field prints: errors and
//! correlation first, then the accuracies of the scale's divisions.

use crate::constant::Constant;
use crate::evidence::Evidence;
use crate::standing::mark_best;
use crate::summary::Summary;
use crate::table::{Cell, Table};
use corrkd_config::Ways;
use corrkd_record::Sweep;

/// A column.
struct Column {
    metric: &'static str,
    name: String,
    factor: f64,
    decimals: usize,
}

/// A share in percent.
fn share(metric: &'static str, name: impl Into<String>) -> Column {
    Column { metric, name: name.into(), factor: 100.0, decimals: 2 }
}

/// A number in its own unit.
fn number(metric: &'static str, name: &str) -> Column {
    Column { metric, name: name.to_owned(), factor: 1.0, decimals: 3 }
}

/// The columns of a task. `≥` counts neutral labels as positive, `≠` leaves them out.
fn columns(evidence: &Evidence) -> Vec<Column> {
    let Some(scale) = evidence.space.scale() else {
        return vec![
            share("accuracy", "Accuracy"),
            share("f1", "F1 (mean)"),
            share("weighted_f1", "F1 (weighted)"),
            share("recall_mean", "UA"),
        ];
    };
    let neutral = scale.neutral;
    let sides = match scale.cuts.binary {
        Some([cut]) => vec![share("accuracy", format!("Acc-2 (> {cut})")), share("f1", format!("F1 (> {cut})"))],
        None => vec![
            share("accuracy_has0", format!("Acc-2 (≥ {neutral})")),
            share("f1_has0", format!("F1 (≥ {neutral})")),
            share("accuracy", format!("Acc-2 (≠ {neutral})")),
            share("f1", format!("F1 (≠ {neutral})")),
        ],
    };
    let categories = vec![share("accuracy_categories", "Acc-K"), share("recall_mean", "UA")];
    // MOSI's convention has a division into three that nobody prints.
    let three = scale.cuts(Ways::Three).map(|_| share("accuracy3", "Acc-3"));
    let divisions: Vec<Column> =
        three.into_iter().chain([share("accuracy5", "Acc-5"), share("accuracy7", "Acc-7")]).collect();
    let errors = vec![number("mae", "MAE"), number("pearson", "r")];
    if evidence.regresses() {
        errors.into_iter().chain(divisions.into_iter().rev()).chain(sides).collect()
    } else {
        sides.into_iter().chain(categories).chain(divisions).chain(errors).collect()
    }
}

/// A row for each of the sweep's, the stages on the way and the constant predictors; columns that no run has are left out.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary, constants: &[Constant]) -> Table {
    let rows: Vec<&str> = evidence.rows(sweep).collect();
    let scored = |metric: &str| rows.iter().any(|row| summary.score(row, "lav", metric).is_some());
    // With two categories the accuracy over categories is that of signs.
    let fine = !evidence.space.is_score() || scored("f1_category2");
    let shown =
        |of: &Column| scored(of.metric) && (fine || !["accuracy_categories", "recall_mean"].contains(&of.metric));
    let columns: Vec<Column> = columns(evidence).into_iter().filter(shown).collect();
    let of_row = |row: &&str| {
        let cells = columns.iter().map(|&Column { metric, factor, decimals, .. }| {
            Cell::scaled(summary.score(row, "lav", metric), factor, decimals).of(summary.runs(row, "lav", metric))
        });
        [Cell::words(row), Cell::words(evidence.count_of_planned(row))].into_iter().chain(cells).collect::<Vec<_>>()
    };
    let mut own: Vec<Vec<Cell>> = rows.iter().map(of_row).collect();
    for (place, Column { metric, .. }) in columns.iter().enumerate() {
        let of_sweep = own.iter_mut().take(sweep.rows.len());
        mark_best(of_sweep.map(|line| &mut line[2 + place]), *metric == "mae");
    }
    let of_constant = |constant: &Constant| {
        let cell = |&Column { metric, factor, decimals, .. }: &Column| {
            constant.score(metric).map_or_else(Cell::default, |score| Cell::plain(factor * score, decimals))
        };
        [Cell::words(&constant.name), Cell::default()].into_iter().chain(columns.iter().map(cell)).collect()
    };
    let groups = [own, constants.iter().map(of_constant).collect()];
    let kind = if evidence.regresses() { "Regression: all scores" } else { "All scores" };
    let how = if evidence.nature.is_lacking() { "of samples as they are" } else { "with nothing missing" };
    Table {
        name: "metrics",
        caption: format!("{kind}, {how}"),
        header: ["", "n"].into_iter().chain(columns.iter().map(|of| &*of.name)).map(str::to_owned).collect(),
        groups: groups.into_iter().filter(|group| !group.is_empty()).collect(),
        notes: vec![notes(evidence)],
    }
}

/// What the columns are.
fn notes(evidence: &Evidence) -> String {
    let Some(scale) = evidence.space.scale() else {
        return "Accuracy is over the categories; F1 (mean) is the mean of each category's weighted F1 against all others, F1 \
                (weighted) that of their F1 weighted by their samples, UA the mean of their recalls (unweighted average \
                recall). \"always ...\": one answer for every sample."
            .to_owned();
    };
    let sides = match scale.cuts.binary {
        Some([cut]) => format!("Acc-2 and F1 are of scores above {cut} against those up to it, none left out"),
        None if scale.neutral == 0.0 => "≥ 0 counts labels of exactly zero as positive, ≠ 0 leaves them out".to_owned(),
        None => format!("≥ {0} counts labels of exactly {0} as positive, ≠ {0} leaves them out", scale.neutral),
    };
    let divided = [(Ways::Three, "Acc-3"), (Ways::Five, "Acc-5"), (Ways::Seven, "Acc-7")];
    let has = |ways: &Ways| scale.is_divided(*ways) && (*ways != Ways::Three || scale.cuts(*ways).is_some());
    let divided: Vec<&str> = divided.iter().filter(|(ways, _)| has(ways)).map(|(_, name)| *name).collect();
    let divided = if divided.is_empty() { String::new() } else { format!("{}, ", divided.join(", ")) };
    let constant = if evidence.regresses() {
        " \"always the mean\", \"always the median\": of the test split's labels; no constant errs less than the latter."
    } else {
        ""
    };
    format!("{sides}. {divided}MAE and r (Pearson) are of rows whose answers have a score.{constant}")
}
