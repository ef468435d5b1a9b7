//! Columns of text, aligned by spaces: readable on a terminal, in a file and behind a pipe.

use std::fmt;

/// Rows below a header; the first column is aligned left, the others right.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(super) fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(ToString::to_string).collect()] }
    }

    /// Appends a row, as long as the header.
    pub(super) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows[0].len();
        let widths: Vec<usize> =
            (0..columns).map(|i| self.rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0)).collect();
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(i, (cell, &width))| if i == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") })
                .collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["name", "time"]);
        table.push(vec!["µ".to_owned(), "81.2 ms".to_owned()]);
        table.push(vec!["longer".to_owned(), String::new()]);
        assert_eq!(table.to_string(), "name       time\nµ       81.2 ms\nlonger\n");
    }
}
