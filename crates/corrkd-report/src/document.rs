//! The tables, notes and warnings of a report as one text, for the terminal and in Markdown.

use crate::picture::Picture;
use crate::render::{escape, item, markdown, terminal};
use crate::table::Table;
use corrkd_record::Sweep;
use serde::Serialize;

/// What a report says.
pub(crate) struct Document<'a> {
    /// What it is about.
    pub(crate) sweep: &'a Sweep,
    /// The tables, each with its notes.
    pub(crate) tables: &'a [Table],
    /// The pictures, which the terminal does not show.
    pub(crate) pictures: &'a [Picture],
    /// What comes last.
    pub(crate) lists: &'a [List],
}

/// Lines under a heading, which is left out where there are none.
#[derive(Serialize)]
pub(crate) struct List {
    /// The heading.
    pub(crate) heading: &'static str,
    /// The lines.
    pub(crate) lines: Vec<String>,
}

impl Document<'_> {
    /// For the terminal.
    pub(crate) fn terminal(&self) -> String {
        let mut parts = vec![format!("{}\ndata: {}\n", self.sweep.title, self.sweep.dataset)];
        for table in self.tables {
            parts.push(terminal(table));
            parts.push(table.notes.iter().map(|note| fold(&format!("- {note}"))).collect());
        }
        for list in self.lists() {
            let lines: String = list.lines.iter().map(|line| fold(&format!("- {line}"))).collect();
            parts.push(format!("{}:\n{lines}", list.heading));
        }
        parts.join("\n")
    }

    /// As a Markdown page.
    pub(crate) fn markdown(&self) -> String {
        let list = |lines: &[String]| lines.iter().map(|line| item(line)).collect::<String>();
        let mut parts = vec![format!("# {}\n\nData: {}\n", escape(&self.sweep.title), escape(&self.sweep.dataset))];
        for table in self.tables {
            parts.push(markdown(table));
            parts.push(list(&table.notes));
        }
        for Picture { name, title, description, .. } in self.pictures {
            parts.push(format!("## {}\n\n![{}]({name}.svg)\n", escape(title), escape(description)));
        }
        parts.extend(self.lists().map(|of| format!("## {}\n\n{}", of.heading, list(&of.lines))));
        parts.join("\n")
    }

    /// The lists that have lines.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &List> {
        self.lists.iter().filter(|list| !list.lines.is_empty())
    }
}

/// A note on lines of at most 120 columns.
fn fold(note: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for word in note.split_whitespace() {
        let length = word.chars().count();
        let gap = match width {
            0 => "",
            used if used + 1 + length > 120 => "\n  ",
            _ => " ",
        };
        width = if gap.starts_with('\n') { 2 + length } else { width + gap.len() + length };
        text += gap;
        text += word;
    }
    text + "\n"
}
