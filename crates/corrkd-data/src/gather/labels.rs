//! The labels of an entry, checked against the recipe.

use corrkd_csd::Entry;

use super::source::Source;
use crate::{DataError, Label, LabelFile, LabelKind};

/// The labels of each row of `entry`; `name` gives a row's sample id.
pub(super) fn labels(
    source: &Source,
    key: &str,
    entry: &Entry,
    file: &LabelFile,
    name: impl Fn(usize) -> String,
) -> Result<Vec<Label>, DataError> {
    let (columns, got) = (file.columns.len(), entry.features.width());
    if got != columns {
        let expected = format!("{columns} columns ({})", file.columns.join(", "));
        return Err(source.mismatch(key, expected, format!("{got} columns")));
    }
    let Some(rows) = entry.features.clone().into_f32() else { return Err(source.mismatch(key, "numbers", "texts")) };
    let wrong = |number: usize, row: &[f32]| {
        let (path, id) = (source.path().to_owned(), name(number));
        let mut told = file.telling().map(|(column, name)| (name.to_owned(), row[column]));
        match &file.kind {
            LabelKind::Score { scale, .. } => {
                let [low, high] = scale.range;
                DataError::Label { path, id, got: told.next().map_or(f32::NAN, |(_, value)| value), low, high }
            }
            LabelKind::Category { categories, column: Some(_) } => {
                let (low, high) = (0.0, categories.len().saturating_sub(1) as f32);
                DataError::Label { path, id, got: told.next().map_or(f32::NAN, |(_, value)| value), low, high }
            }
            LabelKind::Category { column: None, .. } => {
                DataError::Category { path, id, row: number, got: told.collect() }
            }
        }
    };
    let rows = rows.values.chunks_exact(columns.max(1)).enumerate();
    rows.map(|(number, row)| file.label(row).ok_or_else(|| wrong(number, row))).collect()
}
