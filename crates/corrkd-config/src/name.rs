//! Names that people give: rows, titles, data sets, folds. A report shows them, in tables, pictures and on a terminal, and
//! tells its lines apart by them.

use crate::ConfigError;
use corrkd_system::shown;

/// Characters of a row's name, its sweep's values included.
const ROW: usize = 400;
/// Characters of any other name or title.
const OTHER: usize = 1000;
/// What no name holds beside control characters and direction marks: an Arabic letter mark, two ends of line, and what is no
/// character at all and no text file may hold.
const MORE: [char; 5] = ['\u{61c}', '\u{2028}', '\u{2029}', '\u{fffe}', '\u{ffff}'];
/// Lines of the report's tables that are no rows.
const LINES: [&str; 4] = ["paper", "difference", "all negative", "all positive"];

/// That a text which is shown can be shown: what is wrong with it, where anything is.
#[must_use]
pub fn unfit(text: &str) -> Option<String> {
    too_long(text, OTHER).or_else(|| {
        let acts = |c: &char| {
            MORE.contains(c) || matches!(c, '\n' | '\t') || shown(c.encode_utf8(&mut [0; 4])) != c.to_string()
        };
        let found = text.chars().find(acts)?;
        let shown = found.escape_unicode();
        Some(format!("it holds `{shown}`, expected text in one line, without control characters or marks of direction"))
    })
}

/// Refuses a text that cannot be shown; `whose` and `key` say where it stands.
pub(crate) fn check(whose: &str, key: &str, text: &str) -> Result<(), ConfigError> {
    unfit(text).map_or(Ok(()), |reason| Err(wrong(whose, key, reason)))
}

/// Refuses a row's name that cannot be shown, or that a report has lines of.
pub(crate) fn check_row(name: &str) -> Result<(), ConfigError> {
    let reason = too_long(name, ROW).or_else(|| unfit(name)).or_else(|| {
        let odd = name.trim() != name || name.is_empty();
        odd.then(|| "is empty, or begins or ends with a space".to_owned()).or_else(|| taken(name))
    });
    reason.map_or(Ok(()), |reason| Err(wrong(&format!("variant `{}`", brief(name, 60)), "name", reason)))
}

/// Why a report could not tell a row of this name from a line of its own.
fn taken(name: &str) -> Option<String> {
    let taken = LINES.contains(&name)
        || ["always ", "never "].iter().any(|start| name.starts_with(start))
        || name.contains(" vs ")
        || name.contains(" (complete)")
        || name.ends_with(" (paper)");
    taken.then(|| {
        format!(
            "the report has lines of such a name: {}, \"always ..\", \"never ..\", \".. vs ..\", \".. (complete)\", \
             \".. (paper)\"; rename it",
            LINES.join(", ")
        )
    })
}

fn too_long(text: &str, most: usize) -> Option<String> {
    let length = text.chars().count();
    (length > most).then(|| {
        format!("it has {length} characters, expected at most {most}, which is more than a table has room for")
    })
}

/// A text in a message: its start, where it is long.
pub(crate) fn brief(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

/// Texts in a message: the first of many.
pub(crate) fn some(texts: &[String]) -> String {
    const SOME: usize = 30;
    let first: Vec<String> = texts.iter().take(SOME).map(|text| brief(text, 100)).collect();
    match texts.len().saturating_sub(SOME) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

pub(crate) fn wrong(whose: &str, key: &str, reason: String) -> ConfigError {
    ConfigError::Value { whose: whose.to_owned(), key: key.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_one_line_of_text() {
        for good in ["full", "ß ≈ 0.5", "losses.scd.weight=0.5", "without SCD + CPD", "عربي", "👩‍👩‍👧"]
        {
            assert_eq!(unfit(good), None, "{good}");
        }
        for bad in
            ['\u{7}', '\n', '\t', '\r', '\u{1b}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{2028}', '\u{ffff}']
        {
            let said = unfit(&format!("a{bad}b")).unwrap();
            assert!(said.contains(&bad.escape_unicode().to_string()), "{said}");
        }
        assert!(
            unfit(&"n".repeat(OTHER)).is_none() && unfit(&"n".repeat(OTHER + 1)).unwrap().contains("1001 characters")
        );
    }

    #[test]
    fn a_row_is_called_as_no_line_of_the_report() {
        for good in ["full", "paper 2", "vs", "a (b)", "no difference", "students", "never"] {
            assert!(check_row(good).is_ok(), "{good}");
        }
        for bad in [
            "paper",
            "difference",
            "all negative",
            "always happy",
            "never sad",
            "full vs kl",
            "teacher (complete)",
            "teacher (complete) of full",
            "CorrKD (paper)",
            "",
            " full",
            "full ",
            &"n".repeat(ROW + 1),
        ] {
            assert!(check_row(bad).is_err(), "{bad}");
        }
    }
}
