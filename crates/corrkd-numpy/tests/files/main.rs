//! Files as Python and NumPy write them, files that mean harm, and files that are damaged.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod damage;
mod foreign;
mod harm;
mod json;
mod words;
mod written;

use std::path::PathBuf;

/// A file that `fixtures/make.py` wrote.
fn fixture(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).join(name)
}
