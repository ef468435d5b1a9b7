//! Sequences that are aligned already, keyed `video[i]` -> segments: entry i of each file is segment i.

use corrkd_config::PerModality;

use super::files::Files;
use super::segment::{Segment, Track};
use super::video::Video;
use crate::rows::zeros;
use crate::{Clean, DataError, Incomplete, Label};

/// All segments of a video that have a label and rows. A modality that lacks one is there as rows without data.
pub(super) fn video(files: &Files<'_>, video: &str) -> Result<Video, DataError> {
    let recipe = files.recipe;
    let mut made = Video::default();
    for id in &files.segments.keys(&files.features, video) {
        let wrong = |expected: &str, got: &str| match files.segments.labels() {
            Some(labels) => Err(labels.mismatch(id, expected, got)),
            None => Ok(()),
        };
        if id == video {
            let expected = "the id of a segment, `video[i]` (say `reference` in the recipe to align by words)";
            wrong(expected, "the id of a video")?;
        }
        let (rows, values) = files.segments.entry(id, &recipe.labels, |_| id.clone())?;
        let &[Label { value, clipped }] = values.as_slice() else {
            wrong("1 row", &format!("{} rows", values.len()))?;
            continue;
        };
        let mut tracks = PerModality::try_from_fn(|m| {
            let all = files.features.get(m).as_ref().map_or(&[][..], |source| source.keys(video));
            let keys: Vec<String> = all.iter().filter(|key| *key == id).cloned().collect();
            let Some((track, bad)) = files.track(m, &keys, recipe.clean != Clean::Keep)? else { return Ok(None) };
            *made.non_finite.get_mut(m) += bad;
            Ok::<_, DataError>(Some(track).filter(|track| !track.intervals.is_empty()))
        })?;
        // Those of the first modality that has rows are the times of what is made up for others.
        let spans = tracks.iter().filter_map(|(_, track)| Some(&track.as_ref()?.intervals));
        let Some(spans) = spans.into_iter().find(|spans| !spans.is_empty()).cloned() else {
            made.dropped.without_frames += 1;
            continue;
        };
        if recipe.incomplete == Incomplete::Drop && recipe.modalities().any(|(m, _)| tracks.get(m).is_none()) {
            made.dropped.incomplete += 1;
            continue;
        }
        for (m, _) in recipe.modalities() {
            if let (track @ None, Some(like)) = (tracks.get_mut(m), files.model(m)) {
                let (features, present) = (zeros(like, spans.len()), vec![false; spans.len()]);
                *track = Some(Track { intervals: spans.clone(), features, present });
            }
        }
        made.clipped += usize::from(clipped);
        let interval = rows.intervals.first().copied().unwrap_or_default();
        made.segments.push(Segment { id: id.clone(), interval, labels: rows.features, label: value, tracks });
    }
    Ok(made)
}
