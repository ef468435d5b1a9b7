//! Raw sequences keyed by video -> segments: first each word gets the mean of the frames within it, then each label gets
//! the words within it.
//!
//! Both steps are the SDK's `align`. It differs in two ways, so that a sample has the same frames in each modality: the
//! word's own interval decides whether it lies in a segment, for each modality; and a word (or a video) that a
//! modality has no rows for stays, as frames without data (the SDK's `impute`), where `unify` would drop the video.

use corrkd_config::{Modality, PerModality};
use std::path::Path;

use crate::align::overlaps;
use crate::segment::{Frames, Gathered, Segment};
use crate::source::{Rows, Source};
use crate::{DataError, Recipe, clean};

/// The words of a video: where they are, and their frames, one per word.
struct Words {
    intervals: Vec<[f64; 2]>,
    frames: PerModality<Frames>,
}

/// Reads and aligns all videos that have labels, one at a time.
pub(crate) fn gather(recipe: &Recipe, reference: Modality, folder: &Path) -> Result<Gathered, DataError> {
    let labels = Source::open(folder, &recipe.labels.file, &recipe.labels.roots)?;
    let sources = PerModality::try_from_fn(|m| {
        let features = recipe.features.get(m);
        Source::open(folder, &features.file, &features.roots)
    })?;
    for source in [&labels, sources.get(reference)] {
        let mut keys = source.videos().flat_map(|(_, keys)| keys);
        if let Some(key) = keys.find(|key| key.contains('[')) {
            let expected = "the id of a video (take `reference` out of the recipe if all files are aligned already)";
            return Err(source.mismatch(key, expected, "the id of a segment"));
        }
    }
    let mut gathered = Gathered::default();
    for (video, _) in labels.videos() {
        gathered.videos.insert(video.to_owned());
        let name = |row: usize| format!("{video}[{row}]");
        let (spans, scores): (Vec<_>, Vec<_>) = labels.labels(video, &recipe.labels, name)?.into_iter().unzip();
        let rows =
            PerModality::try_from_fn(|m| sources.get(m).features(sources.get(m).keys(video), recipe.features.get(m)))?;
        for (modality, rows) in rows.iter() {
            *gathered.non_finite.get_mut(modality) += clean::non_finite(&rows.values);
        }
        let words = words(reference, &rows);
        for (row, found) in overlaps(&spans, &words.intervals).into_iter().enumerate() {
            let Some(found) = found else {
                gathered.dropped.momentary += 1;
                continue;
            };
            let kept = &found[recipe.keep.range(found.len(), recipe.time)];
            if kept.is_empty() {
                gathered.dropped.without_frames += 1;
                continue;
            }
            let features = words.frames.map(|modality, all| {
                let mut frames = Frames::default();
                for overlap in kept {
                    frames.push_from(all, overlap.row, recipe.features.get(modality).width);
                }
                frames
            });
            gathered.segments.push(Segment { id: name(row), label: scores[row], length: kept.len(), features });
        }
    }
    Ok(gathered)
}

/// Collapses each modality's rows to the reference's rows by their mean; words without length are left out.
fn words(reference: Modality, rows: &PerModality<Rows>) -> Words {
    let all = rows.get(reference);
    let found = rows.map(|_, rows| overlaps(&all.intervals, &rows.intervals));
    let lasting: Vec<usize> = (0..all.intervals.len()).filter(|&word| found.get(reference)[word].is_some()).collect();
    let frames = rows.map(|modality, rows| {
        let mut frames = Frames::default();
        for &word in &lasting {
            if modality == reference {
                frames.push_mean(std::iter::once(rows.row(word)), rows.width);
            } else {
                let inside = found.get(modality)[word].iter().flatten();
                frames.push_mean(inside.map(|overlap| rows.row(overlap.row)), rows.width);
            }
        }
        frames
    });
    Words { intervals: lasting.iter().map(|&word| all.intervals[word]).collect(), frames }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(width: usize, rows: &[([f64; 2], &[f32])]) -> Rows {
        Rows {
            intervals: rows.iter().map(|(interval, _)| *interval).collect(),
            width,
            values: rows.iter().flat_map(|(_, values)| values.iter().copied()).collect(),
        }
    }

    #[test]
    fn a_word_gets_the_mean_of_its_frames_and_zeros_where_there_are_none() {
        let words = words(
            Modality::Language,
            &PerModality {
                language: rows(1, &[([0.0, 1.0], &[7.0]), ([1.0, 1.0], &[8.0]), ([1.0, 2.0], &[9.0])]),
                audio: rows(
                    2,
                    &[
                        ([0.0, 0.5], &[1.0, f32::NEG_INFINITY]),
                        ([0.5, 1.0], &[3.0, 4.0]),
                        ([0.9, 0.9], &[100.0, 100.0]), // without length: the SDK drops it
                    ],
                ),
                vision: rows(1, &[([0.5, 1.5], &[5.0])]),
            },
        );
        assert_eq!(words.intervals, [[0.0, 1.0], [1.0, 2.0]]);
        let frames = |values: &[f32], present: &[bool]| Frames { values: values.to_vec(), present: present.to_vec() };
        assert_eq!(
            words.frames,
            PerModality {
                language: frames(&[7.0, 9.0], &[true, true]),
                audio: frames(&[2.0, 4.0, 0.0, 0.0], &[true, false]),
                vision: frames(&[5.0, 5.0], &[true, true]), // over the border: in both words
            }
        );
    }
}
