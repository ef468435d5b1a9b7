//! `unify` and `hard_unify`: what all sequences have.

use std::collections::BTreeSet;

use super::{Mmdataset, MmdatasetError};
use crate::gather::video;

impl Mmdataset {
    /// Removes the videos that some sequence lacks, or, passively, complains of them (SDK `unify`).
    ///
    /// # Errors
    /// [`MmdatasetError::NotShared`] unless `active`.
    pub fn unify(&mut self, active: bool) -> Result<(), MmdatasetError> {
        self.keep_shared(active, video)
    }

    /// As [`unify`](Self::unify) for entries, `video[i]` (SDK `hard_unify`).
    ///
    /// # Errors
    /// [`MmdatasetError::NotShared`] unless `active`.
    pub fn hard_unify(&mut self, active: bool) -> Result<(), MmdatasetError> {
        self.keep_shared(active, |key| key)
    }

    fn keep_shared(&mut self, active: bool, of: impl Fn(&str) -> &str) -> Result<(), MmdatasetError> {
        let [shared, others] = self.shared(&of);
        if let Some(first) = others.first()
            && !active
        {
            return Err(MmdatasetError::NotShared { count: others.len(), first: (*first).to_owned() });
        }
        let shared: BTreeSet<String> = shared.into_iter().map(str::to_owned).collect();
        for (_, entries) in &mut self.sequences {
            entries.retain(|(key, _)| shared.contains(of(key)));
        }
        Ok(())
    }

    /// What all sequences have, `of` each key, and what only some have.
    pub(super) fn shared(&self, of: impl Fn(&str) -> &str) -> [BTreeSet<&str>; 2] {
        let mut all: Vec<BTreeSet<&str>> = Vec::new();
        for (_, entries) in &self.sequences {
            all.push(entries.iter().map(|(key, _)| of(key)).collect());
        }
        let (shared, others) = all.iter().flatten().partition(|&id| all.iter().all(|ids| ids.contains(id)));
        [shared, others]
    }
}
