//! A table in Markdown.

use crate::table::{Cell, INDENT, Mark, Table};

/// The caption as a heading, then the table. Markdown has no groups; an empty row sets them apart.
pub(crate) fn markdown(table: &Table) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = format!("## {}\n\n", escape(&table.caption));
    text += &line(table.header.iter().map(|name| escape(name)).collect());
    text += &format!("|:--|{}\n", "--:|".repeat(table.header.len() - 1));
    for (index, group) in table.lines().iter().enumerate() {
        if index > 0 {
            text += &line(vec![String::new(); table.header.len()]);
        }
        for row in group {
            text += &line(row.iter().map(cell).collect());
        }
    }
    text
}

fn cell(cell: &Cell) -> String {
    let text = cell.text(" ± ");
    let indented = text.strip_prefix(INDENT).map(|label| format!("&emsp;{}", escape(label)));
    let text = indented.unwrap_or_else(|| escape(&text));
    match cell.mark {
        Some(Mark::Best) => format!("**{text}**"),
        Some(mark) => format!("{text} {}", mark.sign()),
        None => text,
    }
}

/// Text that Markdown takes as it is, on one line.
pub(crate) fn escape(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let special = |c: char| matches!(c, '\\' | '|' | '*' | '_' | '`' | '<' | '[' | ']' | '#');
    one_line.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}
