//! Makes computational sequences, folds and a recipe of the files that are passed around instead: the pickles of MulT,
//! MultiBench, MMSA and LMF, the same in `.npz`, and the HDF5 arrays of MFN.
//!
//! A sample becomes the entry `video[i]` of `language.csd`, `audio.csd`, `vision.csd` and `labels.csd`, in the precision
//! that the file has. Nothing is aligned, cleaned or scaled; only padding goes ([`Side`] says by which rule), since a
//! length is a length here. Two passes read the file one sample at a time: the first finds padding and values that are
//! not finite, the second writes.
//!
//! [`embed`](mod@embed) makes `glove_vectors` of words with times.

mod document;
pub mod embed;
mod error;
mod extent;
mod field;
mod id;
mod import;
mod label;
mod layout;
mod plan;
mod recipe;
mod report;
mod scan;
mod sequence;
mod split;
mod track;
mod write;

pub use error::ImportError;
pub use extent::Side;
pub use import::import;
pub use layout::Layout;
pub use report::{Report, Width};
