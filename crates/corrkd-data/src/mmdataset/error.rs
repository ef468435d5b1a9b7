//! What cannot be done with sequences.

use crate::Collapse;

/// An operation that has no result. The sequences stay as they were.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MmdatasetError {
    /// There is no sequence of this name.
    #[error("no sequence is named `{name}`, expected one of {}", known.join(", "))]
    Unknown {
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// Some entries or videos are not in all sequences.
    #[error("{count} are not in all sequences, the first being `{first}`; unify actively, or complete the data")]
    NotShared {
        /// How many.
        count: usize,
        /// One of them.
        first: String,
    },
    /// Rows of an aligned sequence cannot be aligned to again.
    #[error("reference `{name}`: `{key}` is the id of a segment, expected that of a video; take another reference")]
    Aligned {
        /// The reference.
        name: String,
        /// The key.
        key: String,
    },
    /// Texts cannot be collapsed so.
    #[error("`{name}`: texts have no {collapse}; take `last`, or none")]
    Texts {
        /// The sequence.
        name: String,
        /// The function.
        collapse: Collapse,
    },
    /// Entries that are to be put together differ in type or shape.
    #[error("`{name}`: `{key}` has rows of another type or shape than those it belongs to")]
    Unlike {
        /// The sequence.
        name: String,
        /// The key of the entry.
        key: String,
    },
    /// The sequence has no entry that could show its width.
    #[error("`{name}` has no entries, so the width of its rows is not known")]
    NoWidth {
        /// The sequence.
        name: String,
    },
    /// The key is not that of an aligned entry.
    #[error("`{key}` is not aligned, expected `video[i]`")]
    NotAligned {
        /// The key.
        key: String,
    },
    /// Samples that are to be stacked unpadded differ in shape, or hold texts.
    #[error("`{name}`: `{key}` has shape {got:?}, expected {expected:?} as of the samples before; pad it to a length")]
    NoStack {
        /// The sequence.
        name: String,
        /// The key.
        key: String,
        /// Its shape.
        got: Vec<usize>,
        /// The other samples' shape.
        expected: Vec<usize>,
    },
}
