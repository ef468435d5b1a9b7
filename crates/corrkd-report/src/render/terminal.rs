//! A table for the terminal, at most [`WIDTH`] columns wide.

use crate::parts::WIDTH;
use crate::table::{Cell, Mark, Table};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle};

/// How narrow the first column may get: longer labels are folded.
const LABELS: usize = 14;
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The caption, then the table; what is too wide for a line goes on below.
pub(crate) fn terminal(table: &Table) -> String {
    let parts: Vec<String> = table.parts(WIDTH, LABELS).iter().map(part).collect();
    format!("{}\n\n{}", table.caption, parts.join("\n"))
}

fn part(table: &Table) -> String {
    let mut drawn = comfy_table::Table::new();
    drawn
        .force_no_tty()
        .load_style(STYLE)
        .set_header(table.header.iter().enumerate().map(|(i, name)| slot(i, name, "")));
    for (index, group) in table.lines().iter().enumerate() {
        if index > 0 {
            drawn.add_row(vec![""; table.header.len()]);
        }
        for row in group {
            drawn.add_row(row.iter().enumerate().map(|(i, cell)| slot(i, &cell.text("±"), sign(cell))));
        }
    }
    for (index, column) in drawn.column_iter_mut().enumerate() {
        column.set_padding((0, 0));
        if index > 0 {
            // Where the table is too wide, the rows' names are folded and never a number.
            column.set_cell_alignment(CellAlignment::Right);
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    // The dynamic arrangement would also fold a table that just fits.
    if drawn.lines().any(|line| line.trim_end().chars().count() > WIDTH) {
        drawn.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH as u16);
    }
    let lines: Vec<String> = drawn.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// What stands in a column but the first ends with room for a sign, so that numbers stay below each other.
fn slot(column: usize, text: &str, sign: &str) -> String {
    if column == 0 || text.is_empty() { text.to_owned() } else { format!("{text}{sign:1}") }
}

fn sign(cell: &Cell) -> &'static str {
    cell.mark.map_or("", Mark::sign)
}
