//! Names of one line.

use std::borrow::Cow;

/// Whether a text is of one line and without control characters: fit to be a name, which ends up in lines of JSON, in cells
/// of CSV files and on terminals.
#[must_use]
pub fn one_line(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// The text in one line: one that is of several, or has control characters, is escaped.
#[must_use]
pub fn in_one_line(text: &str) -> Cow<'_, str> {
    if one_line(text) { Cow::Borrowed(text) } else { Cow::Owned(text.escape_debug().to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_name() {
        assert!(["", "a b", "video[3]", "Ärger", "正面", "=1"].into_iter().all(one_line));
        assert!(!["a\nb", "a\r", "\t", "\0", "\u{1b}[2J", "\u{85}", "\u{2028}"].into_iter().any(one_line));
        assert_eq!((in_one_line("don't"), in_one_line("a\nb")), ("don't".into(), "a\\nb".into()));
    }
}
