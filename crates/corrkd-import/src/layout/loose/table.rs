//! A table as text: lines of cells between commas, semicolons, tabs or blanks.

use corrkd_numpy::Foreign;
use std::path::Path;

use crate::ImportError;

/// Bytes of a table at most.
const LONGEST: u64 = 1 << 30;

/// The text of a file, without a byte order mark, each line ended by a line feed alone.
///
/// # Errors
/// A file that is something else, and a line that is not UTF-8.
pub(super) fn text(path: &Path) -> Result<String, ImportError> {
    let wrong = |field: String, expected: &str, got: String| ImportError::Field {
        path: path.to_owned(),
        field,
        expected: expected.to_owned(),
        got,
    };
    match Foreign::of_file(path) {
        Some(Foreign::Empty) => {
            let got = "an empty file; take it out if there is nothing in this sample".to_owned();
            return Err(wrong("line 1".to_owned(), "a table as text", got));
        }
        None | Some(Foreign::Table | Foreign::Text | Foreign::Pickle) => {}
        Some(format) => {
            let got = format!("{}; {}", format.what(), format.way(path));
            return Err(wrong("line 1".to_owned(), "a table as text", got));
        }
    }
    let bytes = corrkd_system::read(path, LONGEST).map_err(|cause| ImportError::Io { path: path.to_owned(), cause })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        wrong(format!("line {line}"), "UTF-8", "another encoding; save the table anew in UTF-8".to_owned())
    })?;
    // A reader of CSV counts a line too few where lines end as on Windows.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n"))
}

/// What lies between the cells of a line; nothing for blanks, as many as there are.
pub(super) fn delimiter(line: &str) -> Option<char> {
    ['\t', ';', ','].into_iter().find(|&delimiter| line.contains(delimiter))
}

/// The cells of a line, without blanks and quotes around them.
pub(super) fn cells(line: &str, delimiter: Option<char>) -> Vec<&str> {
    match delimiter {
        Some(delimiter) => line.split(delimiter).map(|cell| cell.trim().trim_matches('"').trim()).collect(),
        None => line.split_whitespace().map(|cell| cell.trim_matches('"')).collect(),
    }
}

/// A cell as a number; an empty one is NaN.
pub(super) fn number(cell: &str) -> Option<f64> {
    match cell {
        "" | "NA" => Some(f64::NAN),
        cell => cell.parse().ok(),
    }
}

/// A column's name without case and punctuation.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
