//! A computational sequence in memory: N timed rows of features for each entry.

use std::collections::BTreeMap;

use crate::Rows;

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

/// Features of N rows, as precise as the file has them.
#[derive(Clone, Debug, PartialEq)]
pub enum Features {
    /// Single precision, (N, D, ...).
    F32(Rows<f32>),
    /// Double precision, (N, D, ...); integers of any width are read as these.
    F64(Rows<f64>),
    /// Texts such as words, mostly (N, 1).
    Texts(Rows<String>),
}

impl Features {
    /// Number of rows, N.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::F32(rows) => rows.len(),
            Self::F64(rows) => rows.len(),
            Self::Texts(rows) => rows.len(),
        }
    }

    /// Axes of one row.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        match self {
            Self::F32(rows) => &rows.shape,
            Self::F64(rows) => &rows.shape,
            Self::Texts(rows) => &rows.shape,
        }
    }

    /// Values in one row: the product of its axes, D.
    #[must_use]
    pub fn width(&self) -> usize {
        self.shape().iter().product()
    }

    /// The numbers in single precision, the one that networks train in; nothing for texts.
    #[must_use]
    pub fn into_f32(self) -> Option<Rows<f32>> {
        match self {
            Self::F32(rows) => Some(rows),
            Self::F64(Rows { shape, values }) => {
                Some(Rows { shape, values: values.into_iter().map(|value| value as f32).collect() })
            }
            Self::Texts(_) => None,
        }
    }
}
