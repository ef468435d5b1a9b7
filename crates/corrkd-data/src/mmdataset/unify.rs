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
        let ids = |(_, entries): &(String, Vec<(String, _)>)| -> BTreeSet<String> {
            entries.iter().map(|(key, _)| of(key).to_owned()).collect()
        };
        let mut all = self.sequences.iter().map(ids);
        let mut shared = all.next().unwrap_or_default();
        let mut any = shared.clone();
        for ids in all {
            shared = &shared & &ids;
            any.extend(ids);
        }
        if let Some(first) = any.difference(&shared).next()
            && !active
        {
            return Err(MmdatasetError::NotShared { count: any.len() - shared.len(), first: first.clone() });
        }
        for (_, entries) in &mut self.sequences {
            entries.retain(|(key, _)| shared.contains(of(key)));
        }
        Ok(())
    }
}
