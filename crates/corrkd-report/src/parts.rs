//! A table that is too wide for a page, as several that are shown one below the other.

use crate::table::{Cell, Table};

/// A line of a report on the terminal, in characters. In LaTeX's small type as much fills a page of two columns.
pub(crate) const WIDTH: usize = 120;
/// What a column takes up beside its texts, in characters: a space, and room for the sign behind a number.
const GAP: usize = 2;

impl Table {
    /// The table in parts of no more than `width` characters where that is possible, each with the labels, of which no
    /// more than `labels` characters count: where longer ones are folded.
    pub(crate) fn parts(&self, width: usize, labels: usize) -> Vec<Self> {
        let labels = self.column(0).min(labels);
        let mut used = labels;
        let mut parts: Vec<Vec<usize>> = vec![Vec::new()];
        for place in 1..self.header.len() {
            let needed = GAP + self.column(place);
            if used + needed > width && parts.last().is_some_and(|part| !part.is_empty()) {
                parts.push(Vec::new());
                used = labels;
            }
            used += needed;
            parts.last_mut().expect("there is a part from the start").push(place);
        }
        let places = |part: Vec<usize>| [0].into_iter().chain(part).collect::<Vec<_>>();
        parts.into_iter().map(|part| self.columns(&places(part))).collect()
    }

    /// How wide the whole table is, in characters, with no more than `labels` of its labels.
    pub(crate) fn width(&self, labels: usize) -> usize {
        self.column(0).min(labels) + (1..self.header.len()).map(|place| GAP + self.column(place)).sum::<usize>()
    }

    /// How wide a column's texts are.
    fn column(&self, place: usize) -> usize {
        let cells = self.groups.iter().flatten().map(|row| characters(&row[place]));
        cells.chain([self.header[place].chars().count()]).max().unwrap_or(0)
    }

    /// The table of some columns.
    fn columns(&self, places: &[usize]) -> Self {
        let row = |row: &Vec<Cell>| places.iter().map(|&place| row[place].clone()).collect();
        Self {
            name: self.name,
            caption: self.caption.clone(),
            header: places.iter().map(|&place| self.header[place].clone()).collect(),
            groups: self.groups.iter().map(|group| group.iter().map(row).collect()).collect(),
            notes: self.notes.clone(),
        }
    }
}

fn characters(cell: &Cell) -> usize {
    cell.text("±").chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_is_lost_and_none_is_too_wide() {
        let header: Vec<String> = (0..30).map(|i| "h".repeat(1 + i % 13)).collect();
        let row: Vec<Cell> = (0..30).map(|i| Cell::words("c".repeat(1 + i % 7))).collect();
        let table = Table { name: "t", caption: String::new(), header, groups: vec![vec![row]], notes: Vec::new() };
        for width in 16..100 {
            let parts = table.parts(width, 14);
            let columns: Vec<String> = parts.iter().flat_map(|part| part.header[1..].to_vec()).collect();
            assert_eq!(columns, table.header[1..]);
            let cells: Vec<Cell> = parts.iter().flat_map(|part| part.groups[0][0][1..].to_vec()).collect();
            assert_eq!(cells, table.groups[0][0][1..]);
            assert!(parts.iter().all(|part| part.width(14) <= width), "{width}");
        }
        assert_eq!(table.parts(1000, 14).len(), 1);
    }
}
