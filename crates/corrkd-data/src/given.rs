//! Sequences that are aligned already, keyed `video[i]` -> segments: entry i of each file is segment i.

use corrkd_config::PerModality;
use std::path::Path;

use crate::segment::{Frames, Gathered, Segment};
use crate::source::Source;
use crate::{DataError, Recipe, clean};

/// Reads all entries that have a label. A modality that lacks one is there as frames without data.
pub(crate) fn gather(recipe: &Recipe, folder: &Path) -> Result<Gathered, DataError> {
    let labels = Source::open(folder, &recipe.labels.file, &recipe.labels.roots)?;
    let sources = PerModality::try_from_fn(|m| {
        let features = recipe.features.get(m);
        Source::open(folder, &features.file, &features.roots)
    })?;
    let mut gathered = Gathered::default();
    for (video, ids) in labels.videos() {
        gathered.videos.insert(video.to_owned());
        for id in ids {
            if id == video {
                let expected = "the id of a segment, `video[i]` (say `reference` in the recipe to align by words)";
                return Err(labels.mismatch(id, expected, "the id of a video"));
            }
            let rows = labels.labels(id, &recipe.labels, |_| id.clone())?;
            let &[(_, label)] = rows.as_slice() else {
                return Err(labels.mismatch(id, "1 row", format!("{} rows", rows.len())));
            };
            let mut length = None;
            let features = PerModality::try_from_fn(|m| {
                let source = sources.get(m);
                if !source.keys(video).contains(id) {
                    return Ok(None);
                }
                let rows = source.features(std::slice::from_ref(id), recipe.features.get(m))?;
                let expected = *length.get_or_insert(rows.intervals.len());
                if rows.intervals.len() != expected {
                    let got = format!("{} rows", rows.intervals.len());
                    return Err(source.mismatch(id, format!("{expected} rows as in the other modalities"), got));
                }
                *gathered.non_finite.get_mut(m) += clean::non_finite(&rows.values);
                let mut frames = Frames::default();
                for row in recipe.keep.range(expected, recipe.time) {
                    frames.push_mean(std::iter::once(rows.row(row)), rows.width);
                }
                Ok(Some(frames))
            })?;
            let length = length.unwrap_or(0).min(recipe.time);
            if length == 0 {
                gathered.dropped.without_frames += 1;
                continue;
            }
            let features = features.map(|m, frames| {
                frames.clone().unwrap_or_else(|| Frames::absent(length, recipe.features.get(m).width))
            });
            gathered.segments.push(Segment { id: id.clone(), label, length, features });
        }
    }
    Ok(gathered)
}
