//! Computational sequences of the CMU Multimodal SDK: read, write, check.
//!
//! A computational sequence is one HDF5 file (`.csd`) that holds, for each video, rows of features and the interval of
//! time that each row covers. Nothing outside this crate sees HDF5.
//!
//! ```
//! use corrkd_csd::{Entry, Features, Reader, Rows, Sequence, write};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("COVAREP.csd");
//! // Two frames of three numbers, the first from 0 to 0.5 s.
//! let features = Features::F32(Rows::flat(3, vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6]));
//! let entry = Entry { intervals: vec![[0.0, 0.5], [0.5, 1.0]], features };
//! let entries = [("video".to_owned(), entry.clone())].into();
//! write(&path, &Sequence { root: "COVAREP".to_owned(), entries, ..Sequence::default() })?;
//!
//! let file = Reader::open(&path)?;
//! assert_eq!(file.ids().collect::<Vec<_>>(), ["video"]);
//! assert_eq!(file.entry("video")?, entry);
//! # Ok(())
//! # }
//! ```

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
