//! `revert`: the segments of a video put together again.

use corrkd_csd::Entry;

use super::{Mmdataset, MmdatasetError, by_key};
use crate::gather::video;
use crate::rows::append;

impl Mmdataset {
    /// Puts the entries `video[i]` together as `video`, by i (SDK `revert`). A row that was in two segments is there
    /// twice then. Begins with [`hard_unify`](Self::hard_unify).
    ///
    /// # Errors
    /// [`MmdatasetError::NotAligned`] for another key, [`MmdatasetError::Unlike`].
    pub fn revert(&mut self) -> Result<(), MmdatasetError> {
        let mut source = self.clone();
        source.hard_unify(true)?;
        // Videos in the order of the first sequence, each with its numbers.
        let mut parts: Vec<(String, Vec<u64>)> = Vec::new();
        for (key, _) in source.sequences.first().map_or(&[][..], |(_, entries)| entries) {
            let id = video(key);
            let number = key.get(id.len() + 1..).and_then(|rest| rest.strip_suffix(']')?.parse().ok());
            let number = number.ok_or_else(|| MmdatasetError::NotAligned { key: key.clone() })?;
            match parts.iter_mut().find(|(other, _)| other == id) {
                Some((_, numbers)) => numbers.push(number),
                None => parts.push((id.to_owned(), vec![number])),
            }
        }
        let mut reverted = Self::new();
        for (name, entries) in &source.sequences {
            let entries = by_key(entries);
            let whole = |(id, numbers): &(String, Vec<u64>)| {
                let mut numbers = numbers.clone();
                numbers.sort_unstable();
                let mut whole: Option<Entry> = None;
                for number in numbers {
                    let key = format!("{id}[{number}]");
                    let part = entries.get(key.as_str()).copied().cloned();
                    let part = part.ok_or_else(|| MmdatasetError::NotAligned { key: key.clone() })?;
                    whole = Some(match whole {
                        None => part,
                        Some(Entry { mut intervals, features }) => {
                            intervals.extend(part.intervals);
                            let unlike = || MmdatasetError::Unlike { name: name.clone(), key: key.clone() };
                            let features = append(features, part.features).ok_or_else(unlike)?;
                            Entry { intervals, features }
                        }
                    });
                }
                Ok::<_, MmdatasetError>(whole.map(|whole| (id.clone(), whole)))
            };
            let wholes = parts.iter().map(whole).collect::<Result<Vec<_>, _>>()?;
            reverted.add(name, wholes.into_iter().flatten());
        }
        *self = reverted;
        Ok(())
    }
}
