//! A computational sequence in memory: N timed rows of features for each entry.

use std::collections::BTreeMap;

/// A computational sequence (`computational_sequence` in the SDK).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sequence {
    /// Name of the file's first group, such as `glove_vectors`; the SDK does not hold it to the metadata's `root name`.
    pub root: String,
    /// Metadata by key; text that is not JSON is a string.
    pub metadata: BTreeMap<String, serde_json::Value>,
    /// Entries by id: a video's id, or `video[i]` in an aligned sequence.
    pub entries: BTreeMap<String, Entry>,
}

/// The rows of one entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Start and end of each row in seconds, (N, 2).
    pub intervals: Vec<[f64; 2]>,
    /// The row's features, N rows.
    pub features: Features,
}

/// Features of N rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Features {
    /// Numbers, (N, width), row after row. Files hold f32, f64 or integers; here they are f32, the precision that
    /// networks train in, so that a frame sequence fits in memory. Features of a higher rank are flattened to
    /// (N, product of the rest).
    Numbers {
        /// Columns, at least one.
        width: usize,
        /// N x width values.
        values: Vec<f32>,
    },
    /// One text per row, such as a word, (N, 1).
    Texts(Vec<String>),
}

impl Features {
    /// Number of rows, N.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Numbers { width, values } => values.len().checked_div(*width).unwrap_or(0),
            Self::Texts(texts) => texts.len(),
        }
    }

    /// Number of columns; 1 for texts.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Numbers { width, .. } => *width,
            Self::Texts(_) => 1,
        }
    }

    /// The numbers of one row, or nothing for texts and for a row that there is not.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<&[f32]> {
        match self {
            Self::Numbers { width, values } => values.get(row * width..(row + 1) * width),
            Self::Texts(_) => None,
        }
    }
}
