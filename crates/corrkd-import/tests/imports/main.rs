//! Files in each layout, imported and held against the samples that they were made of; and words that become vectors.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod brought;
mod cases;
mod damage;
mod embed;
mod files;
mod folds;
mod ids;
mod labels;
mod layouts;
mod lengths;
mod made;
mod programs;
mod refusals;
mod tables;
mod unlabelled;
mod zeros;

use std::path::PathBuf;

/// A file or folder that `fixtures/make.py` wrote.
fn fixture(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).join(name)
}
