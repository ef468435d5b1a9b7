//! `align`: all sequences cut into the segments that are one sequence's rows.

use corrkd_csd::Entry;
use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Mmdataset, MmdatasetError};
use crate::align::{Timeline, lasts};
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
        let segments = self.required(reference)?;
        // `unify`, without a copy of what stays.
        let [shared, _] = self.shared(video);
        let stays = |(key, _): &&(String, Entry)| shared.contains(video(key));
        let rows = segments.iter().map(|(_, spoken)| spoken.intervals.len()).sum();
        let mut aligned = Self::new();
        let mut found = Vec::new();
        for (name, entries) in &self.sequences {
            let own = name == reference;
            let tracks = if own { BTreeMap::new() } else { joined(name, entries.iter().filter(stays))? };
            let mut cut = Vec::with_capacity(rows);
            for (key, spoken) in segments.iter().filter(stays) {
                let aligned = || MmdatasetError::Aligned { name: reference.to_owned(), key: key.clone() };
                let track = if own { spoken } else { tracks.get(key.as_str()).ok_or_else(aligned)? };
                let timeline = Timeline::of(&track.intervals);
                for (row, &interval) in spoken.intervals.iter().enumerate().filter(|(_, segment)| lasts(segment)) {
                    found.clear();
                    match own {
                        true => found.push(Overlap { row, interval }),
                        false => found.extend(timeline.within(interval)),
                    }
                    if !found.is_empty() {
                        let id = [key, "[", &row.to_string(), "]"].concat();
                        cut.push((id, within(name, track, &found, collapse)?));
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
fn joined<'a>(
    name: &str,
    entries: impl Iterator<Item = &'a (String, Entry)>,
) -> Result<BTreeMap<&'a str, Cow<'a, Entry>>, MmdatasetError> {
    let mut tracks: BTreeMap<&str, Cow<'_, Entry>> = BTreeMap::new();
    for (key, entry) in entries {
        let track = match tracks.remove(video(key)).map(Cow::into_owned) {
            None => Cow::Borrowed(entry),
            Some(Entry { mut intervals, features }) => {
                intervals.extend_from_slice(&entry.intervals);
                let unlike = || MmdatasetError::Unlike { name: name.to_owned(), key: key.clone() };
                let features = append(features, entry.features.clone()).ok_or_else(unlike)?;
                Cow::Owned(Entry { intervals, features })
            }
        };
        tracks.insert(video(key), track);
    }
    Ok(tracks)
}

/// The rows that `found` names, at least one, or the one they collapse to.
fn within(name: &str, track: &Entry, found: &[Overlap], collapse: &[Collapse]) -> Result<Entry, MmdatasetError> {
    if collapse.is_empty() {
        let picked: Vec<usize> = found.iter().map(|overlap| overlap.row).collect();
        let intervals = found.iter().map(|overlap| overlap.interval).collect();
        return Ok(Entry { intervals, features: pick(&track.features, &picked) });
    }
    let [mut start, mut end] = [f64::INFINITY, f64::NEG_INFINITY];
    for bound in found.iter().flat_map(|overlap| overlap.interval) {
        // A bound that is NaN leaves no other, as in NumPy.
        start = if bound < start || bound.is_nan() { bound } else { start };
        end = if bound > end || bound.is_nan() { bound } else { end };
    }
    let apply = |&collapse: &Collapse| {
        let texts = || MmdatasetError::Texts { name: name.to_owned(), collapse };
        collapse.apply(&track.features, found, false).ok_or_else(texts)
    };
    let parts = collapse.iter().map(apply).collect::<Result<Vec<_>, _>>()?;
    let unlike = || MmdatasetError::Unlike { name: name.to_owned(), key: String::new() };
    Ok(Entry { intervals: vec![[start, end]], features: beside(parts).ok_or_else(unlike)? })
}
