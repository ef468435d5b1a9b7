//! `align`: all sequences cut into the segments that are one sequence's rows.

use corrkd_csd::Entry;
use std::collections::BTreeMap;

use super::{Mmdataset, MmdatasetError};
use crate::align::overlaps;
use crate::gather::video;
use crate::rows::{append, beside, pick};
use crate::{Collapse, Overlap};

impl Mmdataset {
    /// Cuts all sequences into the segments that are the rows of `reference`: entries `video[row]` (SDK `align`).
    ///
    /// A segment shorter than 1e-5 s is left out; one without rows in a sequence has no entry there. With `collapse`,
    /// the rows within a segment become one, k functions giving k x D columns side by side, for the reference too.
    /// Begins with [`unify`](Self::unify).
    ///
    /// # Errors
    /// [`MmdatasetError::Unknown`], [`Aligned`](MmdatasetError::Aligned), [`Texts`](MmdatasetError::Texts), and
    /// [`Unlike`](MmdatasetError::Unlike) where the entries of a video cannot be put together.
    pub fn align(&mut self, reference: &str, collapse: &[Collapse]) -> Result<(), MmdatasetError> {
        self.required(reference)?;
        let mut source = self.clone();
        source.unify(true)?;
        let segments = source.required(reference)?;
        let mut aligned = Self::new();
        for (name, entries) in &source.sequences {
            let mut cut = Vec::new();
            let tracks = if name == reference { BTreeMap::new() } else { joined(name, entries)? };
            for (key, spoken) in segments {
                let (track, found) = if name == reference {
                    let own = |(row, &interval): (usize, &[f64; 2])| vec![Overlap { row, interval }];
                    let lasts = overlaps(&spoken.intervals, &[]).into_iter().map(|found| found.is_some());
                    let all = spoken.intervals.iter().enumerate().map(own);
                    (spoken, all.zip(lasts).map(|(own, lasts)| lasts.then_some(own)).collect())
                } else {
                    let aligned = || MmdatasetError::Aligned { name: reference.to_owned(), key: key.clone() };
                    let track = tracks.get(key.as_str()).ok_or_else(aligned)?;
                    (track, overlaps(&spoken.intervals, &track.intervals))
                };
                for (row, found) in found.iter().enumerate() {
                    match found.as_deref() {
                        None | Some([]) => {}
                        Some(found) => cut.push((format!("{key}[{row}]"), within(name, track, found, collapse)?)),
                    }
                }
            }
            aligned.add(name, cut);
        }
        *self = aligned;
        Ok(())
    }
}

/// The rows of each video, of all its entries one after the other.
fn joined<'a>(name: &str, entries: &'a [(String, Entry)]) -> Result<BTreeMap<&'a str, Entry>, MmdatasetError> {
    let mut tracks: BTreeMap<&str, Entry> = BTreeMap::new();
    for (key, entry) in entries {
        let entry = match tracks.remove(video(key)) {
            None => entry.clone(),
            Some(mut track) => {
                track.intervals.extend_from_slice(&entry.intervals);
                let unlike = || MmdatasetError::Unlike { name: name.to_owned(), key: key.clone() };
                let features = append(track.features, entry.features.clone()).ok_or_else(unlike)?;
                Entry { intervals: track.intervals, features }
            }
        };
        tracks.insert(video(key), entry);
    }
    Ok(tracks)
}

/// The rows that `found` names, at least one, or the one they collapse to.
fn within(name: &str, track: &Entry, found: &[Overlap], collapse: &[Collapse]) -> Result<Entry, MmdatasetError> {
    let picked: Vec<usize> = found.iter().map(|overlap| overlap.row).collect();
    if collapse.is_empty() {
        let intervals = found.iter().map(|overlap| overlap.interval).collect();
        return Ok(Entry { intervals, features: pick(&track.features, &picked) });
    }
    let bounds = found.iter().flat_map(|overlap| overlap.interval);
    // A bound that is NaN leaves no other, as in NumPy.
    let outer = |least: fn(f64, f64) -> f64| {
        bounds.clone().reduce(|a, b| if a.is_nan() || b.is_nan() { f64::NAN } else { least(a, b) }).unwrap_or(f64::NAN)
    };
    let apply = |&collapse: &Collapse| {
        let texts = || MmdatasetError::Texts { name: name.to_owned(), collapse };
        collapse.apply(&track.features, &picked, false).ok_or_else(texts)
    };
    let parts = collapse.iter().map(apply).collect::<Result<Vec<_>, _>>()?;
    let unlike = || MmdatasetError::Unlike { name: name.to_owned(), key: String::new() };
    Ok(Entry { intervals: vec![[outer(f64::min), outer(f64::max)]], features: beside(parts).ok_or_else(unlike)? })
}
