//! What Python programs leave behind, read strictly: pickles of plain values and NumPy arrays, `.npy` and `.npz`; and
//! arrays written for them.
//!
//! A pickle is a program for a small stack machine, and Python's own reader calls whatever function it names. Here
//! it can name the few functions of a fixed list, each of which only describes a value; any other name is refused.
//!
//! Files of several gigabytes are met in practice. A [`Document`] therefore holds the structure and the short texts of
//! its file, and of everything longer only where it lies; [`ArrayView::rows`] reads an array one row at a time. So
//! memory holds one row, or a whole array where it is stored in columns (Fortran's order). That takes no unsafe map of
//! the file into memory, and no copy of it.
//!
//! ```
//! use corrkd_numpy::{Document, Item, NpzWriter, Numbers};
//! use std::io::{Cursor, Write};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut file = NpzWriter::new(Cursor::new(Vec::new()));
//! file.begin("x", Item::F32, &[2, 3])?;
//! for number in [0.5f32, 1.0, 1.5, 2.0, 2.5, 3.0] {
//!     file.write_all(&number.to_le_bytes())?;
//! }
//! let bytes = file.finish()?.into_inner();
//!
//! let document = Document::from_bytes("x.npz".as_ref(), bytes)?;
//! let array = document.root().get("x").and_then(|value| value.array()).expect("an array of this name");
//! assert_eq!(array.shape(), [2, 3]);
//! assert_eq!(array.numbers()?, Some(Numbers::Single(vec![0.5, 1.0, 1.5, 2.0, 2.5, 3.0])));
//! # Ok(())
//! # }
//! ```

mod arena;
mod array;
mod blob;
mod document;
mod dtype;
mod error;
mod foreign;
mod npy;
mod npz;
mod outline;
mod pickle;
mod remedy;
mod rows;
mod slot;
mod source;
mod texts;
mod value;
mod words;
mod write;

pub use document::Document;
pub use dtype::{Dtype, Kind};
pub use error::NumpyError;
pub use foreign::{Archive, Foreign, recognise};
pub use rows::{Numbers, Rows};
pub use value::{ArrayView, Value, View};
pub use write::{Item, NpzWriter, write_header};
