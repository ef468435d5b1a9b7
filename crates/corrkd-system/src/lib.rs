//! What a program has to do with the system around it: files and folders that are whole or absent, what a process that was
//! killed leaves behind, special files, output that nobody reads, and text from data that is shown rather than obeyed.
//!
//! ```
//! use corrkd_system::{WholeFile, read, replace};
//! use std::io::Write;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("result.json");
//! replace(&path, b"{}")?;
//! // What is dropped before it is published leaves what was there.
//! WholeFile::create(&path)?.write_all(b"half of")?;
//! assert_eq!(read(&path, 1 << 20)?, b"{}");
//! assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
//! # Ok(())
//! # }
//! ```

mod abandon;
mod cell;
mod folder;
mod ignored;
mod leftovers;
mod locks;
mod one_line;
mod passing;
mod regular;
mod shown;
mod tell;
mod unfinished;
mod whole;

pub use abandon::abandon;
pub use cell::{cell, from_cell};
pub use folder::WholeFolder;
pub use ignored::ignored;
pub use leftovers::sweep;
pub use locks::knows_no_locks;
pub use one_line::{in_one_line, one_line};
pub use passing::Passing;
pub use regular::{inside, open, read};
pub use shown::{shown, shown_json};
pub use tell::{err, last_err, out, to_err, to_out};
pub use unfinished::parent;
pub use whole::{WholeFile, replace};
