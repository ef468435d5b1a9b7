//! What looks wrong in a sequence's file, and where.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// One oddity of a file. Its text names file, entry and row: `words.csd: at 'a' row 3: interval 2 to 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The file.
    pub path: Arc<Path>,
    /// Entry id, nothing for the file as a whole.
    pub id: Option<String>,
    /// All rows of the entry with this fault, in order, from 0; none for the entry as a whole.
    pub rows: Vec<usize>,
    /// What is odd there.
    pub what: Oddity,
}

/// What is odd at one place. Rows of one entry with the same fault are one finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Oddity {
    /// The file has no entries.
    NoEntries,
    /// The metadata lack `root name`, without which the SDK cannot load the file.
    NoRootName,
    /// The metadata's `root name` is not the root group's, by which the SDK and recipes know the file.
    RootName {
        /// Name of the root group.
        group: String,
        /// What the metadata say.
        metadata: serde_json::Value,
    },
    /// The file holds more than its root, and only that is read, as by the SDK.
    OtherRoots {
        /// Names of the other groups and datasets beside it.
        names: Vec<String>,
    },
    /// Metadata that are no texts, which are left out, as by the SDK.
    UnreadableMetadata {
        /// Their keys.
        keys: Vec<String>,
    },
    /// The entry cannot be read: neither can the SDK, which may say so late or never.
    Unreadable {
        /// `features` or `intervals`, empty where the entry itself is at fault.
        part: String,
        /// What a sequence has there.
        expected: String,
        /// What the file has there.
        got: String,
    },
    /// The entry has no rows.
    NoRows,
    /// Intervals that are NaN or infinite, which alignment never matches.
    IntervalNonFinite {
        /// The first one, start and end in seconds.
        got: [f64; 2],
    },
    /// Intervals that end before they start.
    IntervalReversed {
        /// The first one, start and end in seconds.
        got: [f64; 2],
    },
    /// Intervals of no length, which alignment drops.
    Moment {
        /// The first one, in seconds.
        at: f64,
    },
    /// Rows that start before the one above.
    Unsorted,
    /// The entry's rows differ in shape from the first entry's.
    Shape {
        /// Axes of the first entry's rows.
        expected: Vec<usize>,
        /// Axes of this entry's rows.
        got: Vec<usize>,
    },
    /// The entry holds texts where the first one holds numbers, or the other way round.
    Kind {
        /// `numbers` or `texts`, of the first entry.
        expected: &'static str,
        /// `numbers` or `texts`, of this entry.
        got: &'static str,
    },
    /// Texts with U+FFFD, which stands for bytes that are not UTF-8.
    NotUtf8 {
        /// The first one.
        got: String,
    },
    /// Features that are NaN or infinite.
    NonFinite {
        /// Number of such values.
        values: usize,
        /// Columns with such values, in order.
        columns: Vec<usize>,
    },
    /// Columns that hold one value throughout the file.
    Constant {
        /// The columns, in order.
        columns: Vec<usize>,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match (&self.id, self.rows.first()) {
            (Some(id), Some(row)) => write!(f, "at `{id}` row {row}: ")?,
            (Some(id), None) => write!(f, "at `{id}`: ")?,
            (None, _) => {}
        }
        self.what.fmt(f)?;
        match self.rows.len() {
            0 | 1 => Ok(()),
            rows => write!(f, " ({rows} rows of this entry)"),
        }
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEntries => write!(f, "no entries"),
            Self::NoRootName => write!(f, "no `root name` in the metadata, without which the SDK cannot load the file"),
            Self::RootName { group, metadata } => write!(f, "the root is `{group}`, but the metadata say {metadata}"),
            Self::OtherRoots { names } => write!(f, "beside the root, never read: {}", names.join(", ")),
            Self::UnreadableMetadata { keys } => write!(f, "metadata that are no texts, left out: {}", keys.join(", ")),
            Self::Unreadable { part, expected, got } => {
                write!(f, "{part}{}expected {expected}, got {got}", if part.is_empty() { "" } else { ": " })
            }
            Self::NoRows => write!(f, "no rows"),
            Self::IntervalNonFinite { got: [start, end] } => write!(f, "interval {start} to {end} is not finite"),
            Self::IntervalReversed { got: [start, end] } => {
                write!(f, "interval {start} to {end} ends before it starts")
            }
            Self::Moment { at } => write!(f, "interval of no length at {at}"),
            Self::Unsorted => write!(f, "starts before the row above"),
            Self::Shape { expected, got } => write!(f, "rows of shape {got:?}, but {expected:?} in the first entry"),
            Self::Kind { expected, got } => write!(f, "{got}, but {expected} in the first entry"),
            Self::NotUtf8 { got } => write!(f, "text {got:?} was not UTF-8"),
            Self::NonFinite { values, columns } => {
                let plural = if columns.len() == 1 { "" } else { "s" };
                write!(f, "{values} values are NaN or infinite, in column{plural} {}", List(columns))
            }
            Self::Constant { columns } => {
                let plural = if columns.len() == 1 { "" } else { "s" };
                write!(f, "the same value throughout in column{plural} {}", List(columns))
            }
        }
    }
}

/// Numbers in order, neighbours as ranges: `0, 2-5`.
pub struct List<'a>(pub &'a [usize]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, run) in self.0.chunk_by(|a, b| a + 1 == *b).enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            match run {
                [first, .., last] => write!(f, "{comma}{first}-{last}")?,
                only => write!(f, "{comma}{}", only[0])?,
            }
        }
        Ok(())
    }
}
