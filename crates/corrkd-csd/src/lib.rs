//! Computational sequences of the CMU Multimodal SDK: read, write, check.
//!
//! A computational sequence is one HDF5 file (`.csd`) that holds, for each video, rows of features and the interval of
//! time that each row covers. Nothing outside this crate sees HDF5.

mod arrays;
mod check;
mod dataset;
mod error;
mod finding;
mod metadata;
mod part;
mod reader;
mod rows;
mod sequence;
mod source;
mod writer;

pub use arrays::{Array, Arrays};
pub use check::{Check, check_file};
pub use dataset::Content;
pub use error::CsdError;
pub use finding::{Finding, List, Oddity};
pub use reader::{Reader, read};
pub use rows::Rows;
pub use sequence::{Entry, Features, Sequence};
pub use writer::{Writer, write};
