//! A table of the report as the page shows it: what a column sorts by, and where a number comes from.

use super::ledger::Ledger;
use crate::table::{Cell, Content, Mark, Table};
use serde::Serialize;

/// What the rows' labels are called where the table does not say.
const LABELS: &str = "row";

/// A table.
#[derive(Serialize)]
pub(super) struct Grid<'a> {
    name: &'a str,
    caption: &'a str,
    header: Vec<&'a str>,
    groups: Vec<Vec<Line>>,
    notes: &'a [String],
}

/// A row of it.
#[derive(Serialize)]
struct Line {
    label: String,
    squares: Vec<Square>,
}

/// A cell of it.
#[derive(Serialize)]
struct Square {
    text: String,
    /// What it sorts by, where that is a number.
    value: Option<f64>,
    best: bool,
    /// A sign behind the number, and what it means.
    sign: Option<[&'static str; 2]>,
    /// The paper's figure, and the difference from it.
    paper: Option<[String; 2]>,
    /// The anchor of the runs it comes from.
    origin: Option<String>,
    /// How many these are.
    runs: usize,
}

impl<'a> Grid<'a> {
    /// The table, with the origins of its numbers noted in the ledger.
    pub(super) fn of(table: &'a Table, ledger: &mut Ledger) -> Self {
        let mut line = |row: &Vec<Cell>| Line {
            label: row[0].text(" ± "),
            squares: row[1..].iter().map(|cell| square(cell, ledger)).collect(),
        };
        Self {
            name: table.name,
            caption: &table.caption,
            header: table.header.iter().map(|name| if name.is_empty() { LABELS } else { name }).collect(),
            groups: table.groups.iter().map(|group| group.iter().map(&mut line).collect()).collect(),
            notes: &table.notes,
        }
    }
}

fn square(cell: &Cell, ledger: &mut Ledger) -> Square {
    Square {
        text: cell.text(" ± "),
        value: value(cell),
        best: cell.mark == Some(Mark::Best),
        sign: cell.mark.and_then(|mark| Some([mark.sign(), meaning(mark)?])),
        paper: cell.paper.map(|figure| {
            let difference = cell.difference_from_paper().map_or_else(String::new, |of| of.text(""));
            [Cell::plain(figure, 2).text(""), difference]
        }),
        origin: ledger.origin(&cell.runs),
        runs: cell.runs.len(),
    }
}

/// The mean; of words that begin with a number, as `4/5`, `-1.20 to +0.30` and `< 0.0001` do, that number.
fn value(cell: &Cell) -> Option<f64> {
    match &cell.content {
        Content::Text(text) => text.trim_start_matches("< ").split(['/', ' ']).next()?.parse().ok(),
        _ => cell.mean(),
    }
}

/// What a sign says; the best needs none, it is set in bold.
const fn meaning(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Best => None,
        Mark::Tie => Some("not significantly different from the best"),
        Mark::Significant => Some("significantly different from the reference"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_sort_by_the_number_they_begin_with() {
        let of = |text: &str| value(&Cell::words(text));
        assert_eq!(
            ["5", "4/5", "-1.20 to +0.30", "+1.5 to 2", "< 0.0001"].map(of),
            [Some(5.0), Some(4.0), Some(-1.2), Some(1.5), Some(0.0001)]
        );
        assert_eq!([of(""), of("none"), value(&Cell::default())], [None; 3]);
        assert_eq!(value(&Cell::plain(81.25, 2)), Some(81.25));
    }
}
