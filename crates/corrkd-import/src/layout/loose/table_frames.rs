//! Frames as a table has them, a row for each.

use std::path::Path;

use super::feature_names::is_no_feature;
use super::table;
use crate::ImportError;

/// A table that is read.
pub(super) struct TableFrames {
    pub(super) header: Option<Vec<String>>,
    /// Columns, those that are no features with them.
    pub(super) width: usize,
    pub(super) values: Vec<f64>,
}

impl TableFrames {
    pub(super) fn rows(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// Reads it: a header if the first line has a cell that is no number, and numbers.
    pub(super) fn read(path: &Path) -> Result<Self, ImportError> {
        let text = table::text(path)?;
        let wrong = |line: usize, expected: String, got: String| {
            let field = format!("line {line}");
            ImportError::Field { path: path.to_owned(), field, expected, got }
        };
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
        let Some(&(_, first)) = lines.peek() else {
            return Ok(Self { header: None, width: 0, values: Vec::new() });
        };
        let delimiter = table::delimiter(first);
        let mut header: Option<Vec<String>> = None;
        let cells = table::cells(first, delimiter);
        let mut width = cells.len();
        if cells.iter().any(|cell| table::number(cell).is_none()) {
            // A comma at the end begins no column.
            let named = cells.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
            header = Some(cells[..named].iter().map(|&name| name.to_owned()).collect());
            width = named;
            lines.next();
        } else if cells.last() == Some(&"") && width > 1 {
            width -= 1;
        }
        let mut values = Vec::new();
        let number_of = |column: usize, cell: &str| {
            // What is no feature may be a text.
            let told = header.as_ref().is_some_and(|names| is_no_feature(&names[column]));
            table::number(cell).or(told.then_some(f64::NAN))
        };
        for (line, text) in lines {
            let mut cells = table::cells(text, delimiter);
            while cells.len() > width && cells.last() == Some(&"") {
                cells.pop();
            }
            if cells.len() != width {
                let expected = format!("{width} values as in the first line");
                return Err(wrong(line + 1, expected, cells.len().to_string()));
            }
            for (column, cell) in cells.into_iter().enumerate() {
                let number = number_of(column, cell);
                let got = || format!("`{}` in column {}", cell.escape_debug(), column + 1);
                values.push(number.ok_or_else(|| wrong(line + 1, "a number".to_owned(), got()))?);
            }
        }
        Ok(Self { header, width, values })
    }
}
