//! A table in LaTeX, to be read with `\input`; it needs the package booktabs. A table of six sets, their average and the
//! complete set, means and spreads, fits the full width of a page with two columns (6.875 in), set in small type.

use crate::parts::WIDTH;
use crate::table::{Cell, Content, INDENT, Mark, Table};
use corrkd_system::shown;

/// Tables no wider than this, in characters, have room between their columns.
const ROOMY: usize = 100;

/// The caption, the notes and the warnings as comments, then the table; what is too wide goes on below.
pub(crate) fn latex(table: &Table, warnings: &[String]) -> String {
    let mut text = String::from("% \\usepackage{booktabs}\n");
    let warnings = warnings.iter().map(|warning| format!("Warning: {warning}"));
    for comment in [table.caption.clone()].into_iter().chain(table.notes.iter().cloned()).chain(warnings) {
        text += &format!("% {}\n", shown(&comment.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    let parts: Vec<String> = table.parts(WIDTH, WIDTH).iter().map(part).collect();
    text + "\\begingroup\\footnotesize%\n" + &parts.join("\n\\par\\medskip\\noindent\n") + "\\endgroup\n"
}

fn part(table: &Table) -> String {
    let row = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
    // Only a table that needs it has its columns as close as that.
    let gap = if table.width(WIDTH) > ROOMY { "2pt" } else { "4pt" };
    let mut text = format!(
        "\\setlength{{\\tabcolsep}}{{{gap}}}%\n\\begin{{tabular}}{{@{{}}l{}@{{}}}}\n\\toprule\n",
        "r".repeat(table.header.len() - 1)
    );
    text += &row(table.header.iter().map(|name| escape(name)).collect());
    for group in table.lines() {
        text += "\\midrule\n";
        for cells in group {
            text += &row(cells.iter().map(cell).collect());
        }
    }
    text + "\\bottomrule\n\\end{tabular}\n"
}

fn cell(cell: &Cell) -> String {
    match &cell.content {
        Content::Blank => String::new(),
        Content::Text(text) => match text.strip_prefix(INDENT) {
            Some(label) => format!("\\quad {}", escape(label)),
            None => text.split(' ').map(word).collect::<Vec<_>>().join(" "),
        },
        Content::Number { .. } => {
            let text = cell.text("|");
            let (mean, sd) = text.split_once('|').map_or((&*text, None), |(mean, sd)| (mean, Some(sd)));
            let mean = if cell.mark == Some(Mark::Best) { format!("\\mathbf{{{mean}}}") } else { mean.to_owned() };
            let sd = sd.map_or_else(String::new, |sd| format!("_{{\\pm {sd}}}"));
            let sign = match cell.mark {
                Some(Mark::Tie) => "{}^{\\approx}",
                Some(Mark::Significant) => "{}^{\\dagger}",
                Some(Mark::Best) | None => "",
            };
            format!("${mean}{sd}{sign}$")
        }
    }
}

/// A word of a text; a minus in front of a number is none of the hyphens.
fn word(text: &str) -> String {
    match text.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        Some(number) => format!("$-${}", escape(number)),
        None => escape(text),
    }
}

/// Text that LaTeX sets as it is: nothing in it is a command, a ligature or a control character.
fn escape(text: &str) -> String {
    let one = |c: char| match c {
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => format!("\\{c}"),
        '\\' => "\\textbackslash{}".to_owned(),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        // After a row's end a bracket would open the space to skip.
        '[' | ']' => format!("{{{c}}}"),
        // In the default encoding < and > come out as other signs.
        '<' | '>' | '|' => format!("${c}$"),
        // What would be set as one sign with what follows, or as another.
        '`' => "\\textasciigrave{}".to_owned(),
        '≥' => "$\\geq$".to_owned(),
        '≠' => "$\\neq$".to_owned(),
        c if c.is_whitespace() => " ".to_owned(),
        c => c.to_string(),
    };
    shown(text).chars().map(one).collect()
}
