//! Text from data and files, shown and not obeyed by a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// Characters that change the order in which text is shown.
const TURNS: [std::ops::RangeInclusive<char>; 3] =
    ['\u{200e}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];

fn acts(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || TURNS.iter().any(|turns| turns.contains(&c))
}

fn escaped(text: &str, escape: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match acts(c) {
            true => escape(&mut safe, c),
            false => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// The text with its control characters, but line ends and tabs, written as `\u{1b}`.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    escaped(text, |safe, c| _ = write!(safe, "{}", c.escape_unicode()))
}

/// JSON with the same characters written as JSON has them, `\u001b`: it says what it said.
#[must_use]
pub fn shown_json(json: &str) -> Cow<'_, str> {
    escaped(json, |safe, c| _ = write!(safe, "\\u{:04x}", u32::from(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_obey() {
        assert!(matches!(shown("±0.5 ≈ línea\n\tx"), Cow::Borrowed(_)));
        assert_eq!(shown("a\u{1b}[2Jb\r\u{7}\u{9b}\u{202e}"), "a\\u{1b}[2Jb\\u{d}\\u{7}\\u{9b}\\u{202e}");
        assert_eq!(shown_json("[\"\u{9b}é\u{200f}\"]"), "[\"\\u009bé\\u200f\"]");
    }
}
