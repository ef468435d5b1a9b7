//! The labels of an entry, checked against the recipe.

use corrkd_csd::{Entry, Features};

use super::source::Source;
use crate::{DataError, LabelFile, Outside};

/// One row of the label sequence.
pub(super) struct Label {
    /// The label.
    pub(super) value: f32,
    /// Whether it was outside the recipe's range.
    pub(super) clipped: bool,
}

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
    let at = file.columns.iter().position(|column| *column == file.column).unwrap_or(0);
    let column: Vec<f32> = match &entry.features {
        Features::F32(rows) => rows.values.iter().skip(at).step_by(columns).copied().collect(),
        Features::F64(rows) => rows.values.iter().skip(at).step_by(columns).map(|&value| value as f32).collect(),
        Features::Texts(_) => return Err(source.mismatch(key, "numbers", "texts")),
    };
    let [low, high] = file.range;
    let check = |(row, got): (usize, f32)| match (low..=high).contains(&got) {
        true => Ok(Label { value: got, clipped: false }),
        false if file.outside == Outside::Clip && !got.is_nan() => {
            Ok(Label { value: got.clamp(low, high), clipped: true })
        }
        false => Err(DataError::Label { path: source.path().to_owned(), id: name(row), got, low, high }),
    };
    column.into_iter().enumerate().map(check).collect()
}
