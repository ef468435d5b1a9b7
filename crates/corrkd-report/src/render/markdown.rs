//! A table in Markdown.

use crate::table::{Cell, INDENT, Mark, Table};
use corrkd_system::shown;

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

/// Text that Markdown takes as it is, on one line: no markup, no HTML, no entity, no formula and no link.
pub(crate) fn escape(text: &str) -> String {
    let one_line = shown(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let special = |c: char| matches!(c, '\\' | '|' | '*' | '_' | '`' | '<' | '[' | ']' | '#' | '~' | '$');
    let escaped: String = one_line.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect();
    let entities = escaped.replace('&', "\\&").replace("\\& ", "& ");
    entities.replace("://", ":\\//").replace("www.", "www\\.")
}

/// A line of a list: what it begins with is no list of its own.
pub(crate) fn item(text: &str) -> String {
    let text = escape(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'-' | b'+' | b'=' | b'>') if digits == 0 => format!("- \\{text}\n"),
        Some(b'.' | b')') if digits > 0 => format!("- {}\\{}\n", &text[..digits], &text[digits..]),
        _ => format!("- {text}\n"),
    }
}
