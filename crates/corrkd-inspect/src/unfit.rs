//! Labels that are not as the recipe says, row by row.

use corrkd_config::Scale;
use corrkd_csd::Entry;
use corrkd_data::{LabelFile, LabelKind};

use crate::finding::{Finding, Kind, Severity};

/// The labels of an entry that are not what the recipe says: those that cannot be used, and those that will be clipped.
pub(crate) fn unfit(labels: &LabelFile, file: &str, id: &str, entry: &Entry) -> Vec<Finding> {
    let (kind, expected) = match &labels.kind {
        LabelKind::Score { scale: Scale { range: [low, high], .. }, .. } => {
            (Kind::LabelRange, format!("a number within {low} and {high}"))
        }
        LabelKind::Category { column: None, .. } => {
            (Kind::LabelCategory, "one of them to be 1 and the others 0".to_owned())
        }
        LabelKind::Category { categories, column: Some(_) } => {
            let last = categories.len().saturating_sub(1);
            (Kind::LabelCategory, format!("the number of one of {} categories, 0 to {last}", categories.len()))
        }
    };
    if entry.features.width() != labels.columns.len() {
        return Vec::new();
    }
    let Some(rows) = entry.features.clone().into_f32() else {
        return vec![Finding::new(kind, Some(file), "texts, no numbers").at(id)];
    };
    let at_once =
        |row: &[f32]| kind == Kind::LabelCategory && labels.telling().filter(|&(c, _)| row[c] == 1.0).count() > 1;
    let [mut unusable, mut several, mut clipped] = [const { Vec::new() }; 3];
    for (number, row) in rows.values.chunks_exact(labels.columns.len()).enumerate() {
        match labels.label(row) {
            None if at_once(row) => several.push(number),
            None => unusable.push(number),
            Some(label) if label.clipped => clipped.push(number),
            Some(_) => {}
        }
    }
    let mut findings = Vec::new();
    for (kind, severity, faulty) in [
        (kind, Severity::Error, unusable),
        (Kind::SeveralCategories, Severity::Error, several),
        (kind, Severity::Warning, clipped),
    ] {
        let Some(row) = faulty.first().and_then(|&first| rows.row(first)) else { continue };
        let (columns, got): (Vec<usize>, Vec<String>) =
            labels.telling().map(|(column, name)| (column, format!("{name} is {}", row[column]))).unzip();
        let message = format!("{}, expected {expected}", got.join(", "));
        let finding = Finding::new(kind, Some(file), message).at(id).rows(faulty);
        findings.push(Finding { severity, columns, ..finding });
    }
    findings
}
