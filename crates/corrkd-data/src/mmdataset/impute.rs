//! `impute`: entries that a sequence lacks, made up.

use corrkd_csd::Entry;

use super::{Mmdataset, MmdatasetError, by_key};
use crate::rows::zeros;

impl Mmdataset {
    /// Gives each sequence the entries that `reference` has and it lacks: the reference's intervals, and zeros as wide as
    /// the sequence's first entry (SDK `impute`). They come last; entries that the reference lacks stay.
    ///
    /// # Errors
    /// [`MmdatasetError::Unknown`], and [`MmdatasetError::NoWidth`] for a sequence without entries.
    pub fn impute(&mut self, reference: &str) -> Result<(), MmdatasetError> {
        let model = self.required(reference)?.to_vec();
        for (name, entries) in self.sequences.iter_mut().filter(|(name, _)| name != reference) {
            let Some((_, first)) = entries.first() else {
                return Err(MmdatasetError::NoWidth { name: name.clone() });
            };
            let like = first.features.clone();
            let known = by_key(entries);
            let lacking: Vec<_> = model.iter().filter(|(key, _)| !known.contains_key(key.as_str())).collect();
            for (key, Entry { intervals, .. }) in lacking {
                let features = zeros(&like, intervals.len());
                entries.push((key.clone(), Entry { intervals: intervals.clone(), features }));
            }
        }
        Ok(())
    }
}
