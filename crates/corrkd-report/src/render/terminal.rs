//! A table for the terminal, at most 120 columns wide.

use crate::table::{Cell, Mark, Table};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle};

const WIDTH: u16 = 120;
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The caption, then the table.
pub(crate) fn terminal(table: &Table) -> String {
    let mut drawn = comfy_table::Table::new();
    drawn.force_no_tty().load_style(STYLE).set_header(&table.header);
    for (index, group) in table.groups.iter().enumerate() {
        if index > 0 {
            drawn.add_row(vec![""; table.header.len()]);
        }
        for row in group {
            drawn.add_row(row.iter().map(cell));
        }
    }
    for (index, column) in drawn.column_iter_mut().enumerate() {
        column.set_padding((u16::from(index > 0), 0));
        if index > 0 {
            // Where the table is too wide, the rows' names are folded and never a number.
            column.set_cell_alignment(CellAlignment::Right);
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    // The dynamic arrangement would also fold a table that just fits.
    if drawn.lines().any(|line| line.chars().count() > usize::from(WIDTH)) {
        drawn.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    }
    let lines: Vec<String> = drawn.lines().map(|line| line.trim_end().to_owned()).collect();
    format!("{}\n\n{}\n", table.caption, lines.join("\n"))
}

fn cell(cell: &Cell) -> String {
    cell.text("±") + cell.mark.map_or("", Mark::sign)
}
