//! Raw sequences keyed by video -> segments: first each row of the reference (a word) gets what falls within it, then
//! each label gets the rows within it.
//!
//! Both steps are the SDK's `align`, with its `impute` between them. What is different, and why:
//!
//! - Collapsed rows go to the segments that their *word* lies in. The SDK asks the span of the rows that were found
//!   within the word, so that a word at a border may lie in a segment in one modality and not in another, and the
//!   frames of a sample no longer belong together. Where the SDK has a row, it is the same row with the same interval.
//! - A video or a segment that lacks a modality has rows of zeros for it, marked as holding no data (`incomplete`).
//! - A rank above two survives: the SDK takes the first axis of a collapsed row for its rows.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::{Entry, Features};
use std::path::PathBuf;

use super::files::Files;
use super::segment::{Segment, Track};
use super::video::Video;
use crate::align::{EPSILON, Overlap, overlaps};
use crate::rows::{append, beside, pick, zeros};
use crate::{Clean, Collapse, DataError, Incomplete, PAUSE, Pauses};

/// A modality's rows on the way to the segments.
struct Row {
    track: Track,
    /// What decides which segments each row lies in, in seconds, (N, 2).
    anchors: Vec<[f64; 2]>,
}

/// All segments of a video that have a label and rows of the reference.
pub(super) fn video(files: &Files<'_>, video: &str) -> Result<Video, DataError> {
    let recipe = files.recipe;
    let mut made = Video::default();
    let name = |row: usize| format!("{video}[{row}]");
    let (entry, values) = files.segments.entry(video, &recipe.labels, name)?;
    if recipe.incomplete == Incomplete::Drop && !files.complete(video) {
        made.dropped.incomplete += values.len();
        return Ok(made);
    }
    let reference = recipe.reference.and_then(|reference| reference.modality());
    let zero = recipe.clean == Clean::Zero || (recipe.clean == Clean::Skip && recipe.collapse.is_empty());
    let mut raw = PerModality::try_from_fn(|m| {
        let keys = files.features.get(m).as_ref().map_or(&[][..], |source| source.keys(video));
        let Some((track, bad)) = files.track(m, keys, zero)? else { return Ok(None) };
        *made.non_finite.get_mut(m) += bad;
        Ok::<_, DataError>(Some(track))
    })?;
    let step = Step { files, video };
    let rows = match reference {
        None => {
            PerModality::from_fn(|m| raw.get_mut(m).take().map(|track| Row { anchors: track.intervals.clone(), track }))
        }
        Some(reference) => {
            let (words, pauses) = step.words(raw.get(reference).as_ref())?;
            made.pauses = pauses;
            PerModality::try_from_fn(|m| step.to_words(m, reference, &words, &raw))?
        }
    };
    // What has the say of which segments have frames, and gives the intervals of those made up.
    let leads = |m: Modality| reference.is_none_or(|reference| reference == m);
    let found = rows.map(|_, row| row.as_ref().map(|row| overlaps(&entry.intervals, &row.anchors)));
    for (segment, &interval) in entry.intervals.iter().enumerate() {
        if (interval[0] - interval[1]).abs() < EPSILON {
            made.dropped.momentary += 1;
            continue;
        }
        let within = |m: Modality| found.get(m).as_ref().and_then(|all| all[segment].as_deref()).unwrap_or_default();
        let Some(model) = Modality::ALL.into_iter().find(|&m| leads(m) && !within(m).is_empty()) else {
            made.dropped.without_frames += 1;
            continue;
        };
        let labels = pick(&entry.features, &[segment]);
        let tracks = PerModality::try_from_fn(|m| match (rows.get(m), files.model(m)) {
            (Some(row), _) if !within(m).is_empty() => {
                let track = cut(row, within(m), interval);
                if reference.is_none() { step.collapsed(m, &track).map(Some) } else { Ok(Some(track)) }
            }
            (_, Some(like)) => {
                // As the SDK's `impute`: as many rows as the reference has, which for labels is one.
                let intervals: Vec<[f64; 2]> = match reference {
                    Some(_) => within(model).iter().map(|overlap| overlap.interval).collect(),
                    None => vec![interval],
                };
                Ok(Some(step.made_up(like, intervals)))
            }
            (_, None) => Ok::<_, DataError>(None),
        })?;
        let value = &values[segment];
        made.clipped += usize::from(value.clipped);
        made.segments.push(Segment { id: name(segment), interval, labels, label: value.value, tracks });
    }
    Ok(made)
}

/// The rows that `found` names, cut to the segment. A row that its anchor puts here, but not its own interval, gets
/// its anchor's.
fn cut(row: &Row, found: &[Overlap], [start, end]: [f64; 2]) -> Track {
    let picked: Vec<usize> = found.iter().map(|overlap| overlap.row).collect();
    let interval = |overlap: &Overlap| {
        let [from, to] = row.track.intervals[overlap.row];
        let own = [from.max(start), to.min(end)];
        if own[1] - own[0] > EPSILON { own } else { overlap.interval }
    };
    row.track.pick(&picked, found.iter().map(interval).collect())
}

/// One video's alignment to its words.
struct Step<'a> {
    files: &'a Files<'a>,
    video: &'a str,
}

impl Step<'_> {
    /// The rows of the reference that become frames: those that last, and are no pauses where pauses are left out; and
    /// the number of pauses left out.
    fn words(&self, track: Option<&Track>) -> Result<(Vec<usize>, usize), DataError> {
        let Some(track) = track else { return Ok((Vec::new(), 0)) };
        let lasts = |&row: &usize| {
            let [start, end] = track.intervals[row];
            (start - end).abs() >= EPSILON
        };
        let mut words: Vec<usize> = (0..track.intervals.len()).filter(lasts).collect();
        let before = words.len();
        if let (Pauses::Drop, Some(source)) = (self.files.recipe.pauses, &self.files.words) {
            let mut pauses: Vec<[f64; 2]> = Vec::new();
            for key in source.keys(self.video) {
                let Entry { intervals, features } = source.entry(key)?;
                let Features::Texts(texts) = features else {
                    return Err(source.mismatch(key, "texts", "numbers"));
                };
                pauses.extend(intervals.iter().zip(&texts.values).filter(|(_, text)| *text == PAUSE).map(|(i, _)| i));
            }
            pauses.sort_by(|a, b| a[0].total_cmp(&b[0]));
            words.retain(|&row| {
                let [start, end] = track.intervals[row];
                let first = pauses.partition_point(|pause| pause[0] < start - EPSILON);
                let here = pauses[first..].iter().take_while(|pause| pause[0] < start + EPSILON);
                !here.into_iter().any(|pause| (pause[1] - end).abs() < EPSILON)
            });
        }
        let pauses = before - words.len();
        Ok((words, pauses))
    }

    /// A modality's rows by word. Where rows are collapsed there is one for each word, of zeros where it has none.
    fn to_words(
        &self,
        m: Modality,
        reference: Modality,
        words: &[usize],
        raw: &PerModality<Option<Track>>,
    ) -> Result<Option<Row>, DataError> {
        let (Some(like), Some(spoken)) = (self.files.model(m), raw.get(reference)) else { return Ok(None) };
        let spans: Vec<[f64; 2]> = words.iter().map(|&word| spoken.intervals[word]).collect();
        let Some(track) = raw.get(m) else {
            return Ok(Some(Row { track: self.made_up(like, spans.clone()), anchors: spans }));
        };
        let found: Vec<Vec<Overlap>> = match m == reference {
            true => words.iter().zip(&spans).map(|(&row, &interval)| vec![Overlap { row, interval }]).collect(),
            false => overlaps(&spans, &track.intervals).into_iter().map(Option::unwrap_or_default).collect(),
        };
        let collapse = !self.files.recipe.collapse.is_empty();
        let mut all = self.made_up(like, Vec::new());
        for (found, &span) in found.iter().zip(&spans) {
            let part = match (found.is_empty(), collapse) {
                (true, _) => self.made_up(like, vec![span]),
                (false, false) => {
                    let picked: Vec<usize> = found.iter().map(|overlap| overlap.row).collect();
                    track.pick(&picked, found.iter().map(|overlap| overlap.interval).collect())
                }
                (false, true) => self.collapse(m, track, found)?,
            };
            all.intervals.extend(part.intervals);
            all.present.extend(part.present);
            all.features = append(all.features, part.features).ok_or_else(|| self.unlike(m))?;
        }
        let anchors = if collapse { spans } else { all.intervals.clone() };
        Ok(Some(Row { track: all, anchors }))
    }

    /// All rows of a track as one, if the recipe collapses rows.
    fn collapsed(&self, m: Modality, track: &Track) -> Result<Track, DataError> {
        if self.files.recipe.collapse.is_empty() {
            return Ok(track.clone());
        }
        let whole = |(row, &interval): (usize, &[f64; 2])| Overlap { row, interval };
        self.collapse(m, track, &track.intervals.iter().enumerate().map(whole).collect::<Vec<_>>())
    }

    /// The rows of a track that `found` names, at least one, as one row: its interval is their span, as in the SDK.
    fn collapse(&self, m: Modality, track: &Track, found: &[Overlap]) -> Result<Track, DataError> {
        let recipe = self.files.recipe;
        let start = found.iter().map(|overlap| overlap.interval[0]).fold(f64::INFINITY, f64::min);
        let end = found.iter().map(|overlap| overlap.interval[1]).fold(f64::NEG_INFINITY, f64::max);
        let apply = |&collapse: &Collapse| {
            // A row by itself is its own mean; words have no other.
            let collapse = if found.len() == 1 { Collapse::Last } else { collapse };
            collapse.apply(&track.features, found, recipe.clean == Clean::Skip).ok_or_else(|| {
                let path = recipe.features.get(m).as_ref().map(|file| file.file.clone()).unwrap_or_default();
                DataError::Texts { path: path.into(), id: self.video.to_owned(), collapse }
            })
        };
        let parts = recipe.collapse.iter().map(apply).collect::<Result<Vec<_>, _>>()?;
        let features = beside(parts).ok_or_else(|| self.unlike(m))?;
        let present = vec![found.iter().any(|overlap| track.present[overlap.row])];
        Ok(Track { intervals: vec![[start, end]], features, present })
    }

    /// The entry's rows cannot stand beside those of the file's first entry.
    fn unlike(&self, m: Modality) -> DataError {
        let (id, expected) = (self.video.to_owned(), "rows of the type and shape of the first entry's".to_owned());
        let path = self.files.features.get(m).as_ref().map_or_else(PathBuf::new, |source| source.path().to_owned());
        DataError::Entry { path, id, expected, got: "others".to_owned() }
    }

    /// Rows of zeros that hold no data.
    fn made_up(&self, like: &Features, intervals: Vec<[f64; 2]>) -> Track {
        let row = zeros(like, 1);
        let times = self.files.recipe.collapse.len().max(1);
        let row = beside(vec![row; times]).unwrap_or_else(|| zeros(like, 1));
        Track { features: zeros(&row, intervals.len()), present: vec![false; intervals.len()], intervals }
    }
}
