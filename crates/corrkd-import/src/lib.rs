//! Makes computational sequences, folds and a recipe of the files that are passed around instead: the pickles of MulT,
//! MultiBench, MMSA and LMF, the same in `.npz`, the HDF5 arrays of MFN, and folders with a file for each sample.
//!
//! A sample becomes the entry `video[i]` of `language.csd`, `audio.csd`, `vision.csd` and `labels.csd`, in the precision
//! that the file has. Nothing is aligned, cleaned or scaled; only padding goes ([`Side`] says by which rule), since a
//! length is a length here. What labels mean is held against their values ([`Meaning`]). Two passes read the file one
//! sample at a time: the first finds padding and values that are not finite, the second writes.
//!
//! [`embed`](mod@embed) makes `glove_vectors` of words with times.
//!
//! ```
//! use corrkd_csd::Reader;
//! use corrkd_data::unseen;
//! use corrkd_import::{Choices, import};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let out = folder.path().join("mine");
//! let report = import("tests/fixtures/npz-flat.npz".as_ref(), &out, &Choices::default(), &unseen)?;
//! println!("{report}");
//! assert!(out.join("recipe.toml").is_file());
//! let language = Reader::open(&out.join("language.csd"))?;
//! assert!(language.ids().count() > 0);
//! # Ok(())
//! # }
//! ```

mod blank;
mod choices;
mod cross;
mod document;
pub mod embed;
mod error;
mod extent;
mod field;
mod id;
mod import;
mod label;
mod layout;
mod meaning;
mod plan;
mod recipe;
mod report;
mod scan;
mod sequence;
mod split;
mod track;
mod values;
mod write;

pub use blank::Blank;
pub use choices::{Choices, LabelValues};
pub use error::ImportError;
pub use extent::Side;
pub use import::import;
pub use layout::Layout;
pub use meaning::Meaning;
pub use report::{Report, Width};
