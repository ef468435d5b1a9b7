//! Texts in the cells of CSV files, none of which a spreadsheet takes for a formula.

use std::borrow::Cow;

/// Whether a spreadsheet would compute a cell that starts so, an apostrophe in front of it or several.
fn computes(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text as a cell: with an apostrophe in front of what a spreadsheet would take for a formula.
#[must_use]
pub fn cell(text: &str) -> Cow<'_, str> {
    if computes(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of a cell that [`cell`] made.
#[must_use]
pub fn from_cell(cell: &str) -> &str {
    if computes(cell) { cell.strip_prefix('\'').unwrap_or(cell) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_and_none_computes() {
        for text in ["", "a", "a=b", "=1", "-x[0]", "'", "'a", "'=1", "''@x", "+", "\t=1"] {
            assert_eq!(from_cell(&cell(text)), text);
            assert!(!cell(text).starts_with(['=', '+', '-', '@', '\t', '\r']), "{text}");
        }
        assert_eq!((cell("=1+1").as_ref(), cell("it's").as_ref()), ("'=1+1", "it's"));
    }
}
