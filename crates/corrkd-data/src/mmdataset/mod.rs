//! Whole computational sequences in memory, and what the CMU Multimodal SDK's `mmdataset` does with them.
//!
//! Results are the SDK's (`mmsdk/mmdatasdk/dataset/dataset.py`), value by value, but for these, each of which harms
//! who meets it:
//!
//! | the SDK | here | why |
//! |---|---|---|
//! | removing video `25522` removes `255224` too (`_remove_id` compares beginnings) | only its own entries | all three are in CMU-MOSEI's folds |
//! | a start that is NaN leaves the rows around it unsorted | such rows match nothing, and sort last | the order of the others is lost |
//! | a collapsed row of rank 2 or more (`(3, 2)`) passes for 3 rows, or fails | it is one row, (1, 3, 2) | wrong rows, by luck of a shape |
//! | a damaged entry ends the check of a file and is never reported | an error that names it | data vanish |
//! | two keys of the metadata check are one, for want of a comma, so every file fails it | not checked | a warning that is always there says nothing |
//! | imputed rows are f64 beside f32 ones | of the sequence's own type | one sequence, one type |
//! | times in f32 are compared in f32 (NumPy 2) or f64 (NumPy 1) | always in f64 | the result depends on NumPy's version |
//! | an empty list of collapse functions fails | it is none | |
//! | means of f32 are summed in f32 | in f64, rounded once | nearer to the mean, within f32's precision |
//!
//! Recipes are aligned video by video in less memory ([`crate::load`], [`crate::export`]), with the same rules.

mod align;
mod error;
mod impute;
mod revert;
mod sort;
mod tensors;
mod unify;

pub use error::MmdatasetError;
pub use tensors::Tensor;

use corrkd_csd::Entry;
use std::collections::BTreeMap;

/// Sequences by name, in order. Entries have an order as well: a file's is that of names, an aligned sequence's that of
/// its reference's rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mmdataset {
    sequences: Vec<(String, Vec<(String, Entry)>)>,
}

impl Mmdataset {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sequence as the last one; one of the same name is replaced.
    pub fn add(&mut self, name: &str, entries: impl IntoIterator<Item = (String, Entry)>) {
        self.sequences.retain(|(other, _)| other != name);
        self.sequences.push((name.to_owned(), entries.into_iter().collect()));
    }

    /// The sequences' names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sequences.iter().map(|(name, _)| name.as_str())
    }

    /// The entries of a sequence with their keys, in order; nothing where there is no such sequence.
    #[must_use]
    pub fn entries(&self, name: &str) -> &[(String, Entry)] {
        self.sequences.iter().find(|(other, _)| other == name).map_or(&[], |(_, entries)| entries)
    }

    /// The entries of a sequence that must be there.
    fn required(&self, name: &str) -> Result<&[(String, Entry)], MmdatasetError> {
        match self.sequences.iter().find(|(other, _)| other == name) {
            Some((_, entries)) => Ok(entries),
            None => {
                Err(MmdatasetError::Unknown { name: name.to_owned(), known: self.names().map(str::to_owned).collect() })
            }
        }
    }
}

/// Entries by key.
fn by_key(entries: &[(String, Entry)]) -> BTreeMap<&str, &Entry> {
    entries.iter().map(|(key, entry)| (key.as_str(), entry)).collect()
}
