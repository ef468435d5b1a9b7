//! Text for a terminal of 80 columns.

mod describe;
mod findings;
mod labels;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

/// Columns of the terminal.
const WIDTH: u16 = 80;
/// Columns before each table.
const INDENT: &str = "  ";
const STYLE: TableStyle = TableStyle::new();
const HEADED: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table of rows; the first so many columns are of text, the others of numbers. A cell too wide is folded.
fn table(header: Option<&[&str]>, rows: Vec<Vec<String>>, texts: usize) -> String {
    let mut table = Table::new();
    table.force_no_tty().load_style(if header.is_some() { HEADED } else { STYLE });
    if let Some(header) = header {
        table.set_header(header);
    }
    table.add_rows(rows);
    let columns = table.column_count();
    for (number, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if number == 0 { 0 } else { 2 }, 0));
        if number >= texts {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if number + 1 < columns && number < texts {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let room = WIDTH - INDENT.len() as u16;
    if table.lines().any(|line| line.chars().count() > usize::from(room)) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(room);
    }
    let lines = table.lines().map(|line| format!("{INDENT}{}", line.trim_end()).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// Rows of a table whose columns have these widths at most; 0 stands for any.
fn fixed(rows: Vec<Vec<String>>, widths: &[u16]) -> String {
    let mut table = Table::new();
    table.force_no_tty().load_style(STYLE).add_rows(rows);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH - INDENT.len() as u16);
    for (number, (column, &width)) in table.column_iter_mut().zip(widths).enumerate() {
        column.set_padding((if number == 0 { 0 } else { 2 }, 0));
        if width > 0 {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
    }
    let lines = table.lines().map(|line| format!("{INDENT}{}", line.trim_end()).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// `34,264`.
pub(crate) fn whole(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with so many decimals: `34,264.0`.
fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (digits, rest) = text.split_once('.').map_or((text.as_str(), String::new()), |(a, b)| (a, format!(".{b}")));
    match digits.strip_prefix('-').unwrap_or(digits).parse() {
        Ok(size) => format!("{}{}{rest}", if value < 0.0 { "-" } else { "" }, whole(size)),
        Err(_) => format!("{value:.2e}"),
    }
}

/// The decimals that make about four digits of numbers of this size.
fn decimals(size: f64) -> usize {
    match size {
        1e3.. => 0,
        1e2.. => 1,
        1.0.. => 2,
        _ => 3,
    }
}

/// About four digits: `34,264`, `102.4`, `0.021`.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size.fract() == 0.0 && size < 1e15 => decimal(value, 0),
        size if !(1e-3..1e15).contains(&size) => format!("{value:.2e}"),
        size => decimal(value, decimals(size)),
    }
}

/// Numbers of one kind, all with the same decimals; whole ones without.
fn alike<const N: usize>(values: [f64; N]) -> [String; N] {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let whole = values.iter().all(|value| (value - value.round()).abs() < 1e-9 * largest);
    values.map(|value| decimal(value, if whole { 0 } else { decimals(largest) }))
}

/// `1 row`, `2 rows`.
pub(crate) fn count(number: usize, one: &str) -> String {
    let many = match one.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{one}s"),
    };
    format!("{} {}", whole(number), if number == 1 { one } else { &many })
}

/// `12.3 MB`.
fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.1} kB", number as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", number as f64 / 1e6),
        _ => format!("{:.2} GB", number as f64 / 1e9),
    }
}

/// `12.3 %`.
fn share(part: usize, all: usize) -> String {
    if all == 0 { "-".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / all as f64) }
}

/// The first few of many, and how many more there are.
pub(crate) fn few(names: &[String], most: usize) -> String {
    let shown = names.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {} more", whole(more)),
    }
}

/// The file's name without its folder.
pub(crate) fn short(path: &str) -> &str {
    path.rsplit(['/', std::path::MAIN_SEPARATOR]).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_ease() {
        assert_eq!([0, 999, 1_000, 34_264, 1_234_567].map(whole), ["0", "999", "1,000", "34,264", "1,234,567"]);
        let numbers = [0.0, 35.0, -3.0, 15.0911, 102.44, 1234.5, 34264.4, 0.0213, -0.5, 3.4e38, 1e-7];
        let texts = ["0", "35", "-3", "15.09", "102.4", "1,234", "34,264", "0.021", "-0.500", "3.40e38", "1.00e-7"];
        assert_eq!(numbers.map(number), texts);
        assert_eq!(alike([1.0, 15.0955, 127.0]), ["1.0", "15.1", "127.0"]);
        assert_eq!(alike([1.0, 99.999_999_999_9, 2_000.0]), ["1", "100", "2,000"]);
        assert_eq!(alike([0.0602, -0.39]), ["0.060", "-0.390"]);
        assert_eq!([count(1, "entry"), count(2, "entry"), count(0, "row")], ["1 entry", "2 entries", "0 rows"]);
        assert_eq!([12, 12_345, 12_345_678, 1 << 34].map(bytes), ["12 B", "12.3 kB", "12.3 MB", "17.18 GB"]);
        assert_eq!([share(1, 8), share(0, 0)], ["12.5 %", "-"]);
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!([few(&names, 3), few(&names, 1)], ["a, b, c", "a and 2 more"]);
        assert_eq!([short("a/b.csd"), short("b.csd")], ["b.csd"; 2]);
    }
}
