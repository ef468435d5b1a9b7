//! A table in LaTeX, to be read with `\input`; it needs the package booktabs.

use crate::table::{Cell, Content, Mark, Table};

/// The caption, notes and warnings as comments, then the table.
pub(crate) fn latex(table: &Table, notes: &[String], warnings: &[String]) -> String {
    let row = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
    let mut text = String::from("% \\usepackage{booktabs}\n");
    let warnings = warnings.iter().map(|warning| format!("Warning: {warning}"));
    for comment in std::iter::once(table.caption.clone()).chain(notes.iter().cloned()).chain(warnings) {
        text += &format!("% {}\n", comment.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    text += &format!("\\begin{{tabular}}{{l{}}}\n\\toprule\n", "r".repeat(table.header.len() - 1));
    text += &row(table.header.iter().map(|name| escape(name)).collect());
    for group in table.groups.iter().filter(|group| !group.is_empty()) {
        text += "\\midrule\n";
        for cells in group {
            text += &row(cells.iter().map(cell).collect());
        }
    }
    text + "\\bottomrule\n\\end{tabular}\n"
}

fn cell(cell: &Cell) -> String {
    let text = match &cell.content {
        Content::Number { .. } => format!("${}$", cell.text(" \\pm ")),
        Content::Text(text) => escape(text),
        Content::Blank => String::new(),
    };
    match cell.mark {
        Some(Mark::Best) => format!("\\boldmath\\textbf{{{text}}}"),
        Some(Mark::Tie) => format!("{text}$^{{\\approx}}$"),
        Some(Mark::Significant) => format!("{text}$^{{\\dagger}}$"),
        None => text,
    }
}

fn escape(text: &str) -> String {
    let one = |c: char| match c {
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => format!("\\{c}"),
        '\\' => "\\textbackslash{}".to_owned(),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        // After a row's end a bracket would open the space to skip.
        '[' | ']' => format!("{{{c}}}"),
        // In the default encoding < and > come out as other signs.
        '<' | '>' => format!("${c}$"),
        c if c.is_whitespace() => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(one).collect()
}
