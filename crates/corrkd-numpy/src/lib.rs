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
