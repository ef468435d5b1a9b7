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
        let model = self.required(reference)?;
        let made_up = |(name, entries): &(String, Vec<(String, Entry)>)| {
            if name == reference {
                return Ok(Vec::new());
            }
            let Some((_, first)) = entries.first() else {
                return Err(MmdatasetError::NoWidth { name: name.clone() });
            };
            let known = by_key(entries);
            let lacking = model.iter().filter(|(key, _)| !known.contains_key(key.as_str()));
            let make = |(key, Entry { intervals, .. }): &(String, Entry)| {
                let features = zeros(&first.features, intervals.len());
                (key.clone(), Entry { intervals: intervals.clone(), features })
            };
            Ok(lacking.map(make).collect())
        };
        // All are made before the first is added, so that an error changes nothing.
        let made_up = self.sequences.iter().map(made_up).collect::<Result<Vec<_>, _>>()?;
        for ((_, entries), new) in self.sequences.iter_mut().zip(made_up) {
            entries.extend(new);
        }
        Ok(())
    }
}
