//! Numbers that are finite in 64 bits and would not be in the 32 that everything is computed in.

use corrkd_csd::{Entry, Features};
use std::collections::BTreeSet;

use crate::column::finite;
use crate::finding::{Finding, Kind};
use crate::render::count;

/// Those of an entry.
pub(crate) fn too_large(file: &str, id: &str, entry: &Entry) -> Option<Finding> {
    let Features::F64(rows) = &entry.features else { return None };
    let large = |value: f64| value.is_finite() && !finite(value);
    let found: Vec<usize> = (0..rows.values.len()).filter(|&place| large(rows.values[place])).collect();
    let width = rows.width().max(1);
    let first = rows.values[*found.first()?];
    let mut lines: Vec<usize> = found.iter().map(|place| place / width).collect();
    lines.dedup();
    let columns: BTreeSet<usize> = found.iter().map(|place| place % width).collect();
    let message = format!("{} beyond what 32 bits hold, 3.4e38, such as {first:e}", count(found.len(), "value"));
    let finding = Finding::new(Kind::NotFinite, Some(file), message).at(id).rows(lines);
    Some(Finding { count: found.len(), columns: columns.into_iter().collect(), ..finding })
}
