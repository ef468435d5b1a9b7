//! The labelled segments, and how many rows of the reference and how many words lie in each.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::Entry;
use corrkd_data::{EPSILON, overlaps, video};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::Quantiles;
use crate::labelled::Labelled;

/// Segments matched at a time: what overlaps is counted, and never held for all of them.
const SOME: usize = 16;
/// Segments below this many seconds are told: a word takes about that long.
const SHORT: f64 = 0.5;

/// The labelled segments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Segments {
    /// Videos that have some.
    pub videos: usize,
    /// Rows of the label sequence.
    pub segments: usize,
    /// Length in seconds.
    pub seconds: Option<Quantiles>,
    /// Those of no length, within the SDK's tolerance of 1e-5 s. Alignment leaves them out; where the labels are keyed by
    /// segment, nothing is aligned to them, and they count as the others do.
    pub no_length: Vec<LabelRow>,
    /// Those of some length, less than half a second.
    pub short: Vec<LabelRow>,
    /// Segments that start more than 1e-5 s before an earlier one has ended: rows in between go to both.
    pub overlapping: Vec<Pair>,
    /// Rows of `frames_of` in a segment, before truncation.
    pub frames: Option<Quantiles>,
    /// The file whose rows become the frames.
    pub frames_of: Option<String>,
    /// Segments in which that file has no row.
    pub without_frames: Vec<LabelRow>,
    /// The recipe's T.
    pub time: Option<usize>,
    /// Segments of more frames than T, of which T are kept.
    pub longer_than_time: Option<usize>,
    /// Words in a segment, pauses not counted.
    pub words: Option<Quantiles>,
    /// The rows of each modality in a segment, where each has frames of its own; else nothing.
    pub lengths: Vec<Lengths>,
    /// The file that has the words.
    pub words_of: Option<String>,
    /// Segments without a word, pauses not counted.
    pub without_words: Vec<LabelRow>,
}

/// The rows of one modality in the segments, before truncation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lengths {
    /// The modality.
    pub modality: Modality,
    /// Its rows in a segment.
    pub frames: Option<Quantiles>,
    /// The recipe's T of this modality.
    pub time: usize,
    /// Segments of more rows than T, of which T are kept.
    pub longer_than_time: usize,
    /// Segments in which it has no row.
    pub without: usize,
}

/// A row of the label sequence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelRow {
    /// The entry.
    pub id: String,
    /// The row, from 0.
    pub row: usize,
    /// Its interval in seconds.
    pub interval: [f64; 2],
}

/// Two segments that overlap.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// Of all that start before the other one, the one that ends last.
    pub first: LabelRow,
    /// The other one.
    pub second: LabelRow,
    /// The first one's end less the second one's start, in seconds.
    pub seconds: f64,
}

struct Segment {
    place: LabelRow,
    frames: usize,
    words: usize,
    rows: PerModality<usize>,
}

impl Segment {
    fn lasts(&self) -> bool {
        let [start, end] = self.place.interval;
        (start - end).abs() >= EPSILON
    }

    /// Whether a sample is made of it, as far as its interval matters.
    fn counts(&self) -> bool {
        self.lasts() || self.place.id.contains('[')
    }
}

/// The rows of which sequence are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    Frames,
    Words,
    Modality(Modality),
}

/// Segments being counted, by name: `video[i]`, i being the row where the entry is a video.
#[derive(Default)]
pub(crate) struct SegmentCount {
    segments: BTreeMap<String, Segment>,
    /// Names by video.
    videos: BTreeMap<String, Vec<String>>,
}

impl SegmentCount {
    /// Adds the rows of an entry of the labels.
    pub(crate) fn add(&mut self, id: &str, entry: &Entry) {
        for (row, &interval) in entry.intervals.iter().enumerate() {
            let name = if id.contains('[') { id.to_owned() } else { format!("{id}[{row}]") };
            let place = LabelRow { id: id.to_owned(), row, interval };
            self.videos.entry(video(id).to_owned()).or_default().push(name.clone());
            self.segments.insert(name, Segment { place, frames: 0, words: 0, rows: PerModality::default() });
        }
    }

    /// The videos that have labels.
    pub(crate) fn videos(&self) -> impl Iterator<Item = &str> {
        self.videos.keys().map(String::as_str)
    }

    /// Segments of a video.
    pub(crate) fn of(&self, video: &str) -> usize {
        self.videos.get(video).map_or(0, Vec::len)
    }

    /// What the segments cover.
    pub(crate) fn labelled(&self) -> Labelled {
        let interval = |name: &String| Some(self.segments.get(name)?.place.interval);
        Labelled::of(
            self.videos.iter().map(|(video, names)| (video.clone(), names.iter().filter_map(interval).collect())),
        )
    }

    /// Counts an entry's rows where they lie: those that overlap a segment by more than the SDK's tolerance, or all of
    /// them where the entry is a segment itself.
    pub(crate) fn count(&mut self, what: Counting, id: &str, rows: &[[f64; 2]]) {
        let add = |segment: &mut Segment, rows: usize| match what {
            // Files that lead together have the same frames, where they have any.
            Counting::Frames => segment.frames = segment.frames.max(rows),
            Counting::Words => segment.words += rows,
            Counting::Modality(modality) => *segment.rows.get_mut(modality) += rows,
        };
        if id.contains('[') {
            if let Some(segment) = self.segments.get_mut(id) {
                add(segment, rows.len());
            }
            return;
        }
        for names in self.videos.get(id).map(Vec::as_slice).unwrap_or_default().chunks(SOME) {
            let intervals = names.iter().filter_map(|name| Some(self.segments.get(name)?.place.interval));
            let found = overlaps(&intervals.collect::<Vec<_>>(), rows);
            for (name, found) in names.iter().zip(found) {
                if let Some(segment) = self.segments.get_mut(name) {
                    add(segment, found.map_or(0, |found| found.len()));
                }
            }
        }
    }

    /// Pauses are no frames: a segment that has rows of the reference has as many frames as words.
    pub(crate) fn drop_pauses(&mut self) {
        for segment in self.segments.values_mut().filter(|segment| segment.frames > 0) {
            segment.frames = segment.words;
        }
    }

    /// What was counted, frames in the rows of the one file and words in those of the other; `own` has T of the modalities
    /// that have frames of their own.
    pub(crate) fn finish(
        &self,
        frames_of: Option<String>,
        words_of: Option<String>,
        time: Option<usize>,
        own: &[(Modality, usize)],
    ) -> Segments {
        let all = || self.videos.values().flatten().filter_map(|name| self.segments.get(name));
        let counting = || all().filter(|segment| segment.counts());
        let places =
            |holds: &dyn Fn(&Segment) -> bool| counting().filter(|s| holds(s)).map(|s| s.place.clone()).collect();
        let seconds = |segment: &Segment| segment.place.interval[1] - segment.place.interval[0];
        let lengths = |of: &Option<String>, length: &dyn Fn(&Segment) -> usize| {
            of.as_ref().and_then(|_| Quantiles::of(counting().map(|segment| length(segment) as f64)))
        };
        let none = |of: &Option<String>, length: &dyn Fn(&Segment) -> usize| {
            of.as_ref().map(|_| places(&|segment| length(segment) == 0)).unwrap_or_default()
        };
        let own = own.iter().map(|&(modality, time)| {
            let rows = |segment: &Segment| *segment.rows.get(modality);
            Lengths {
                modality,
                frames: Quantiles::of(counting().map(|segment| rows(segment) as f64)),
                time,
                longer_than_time: counting().filter(|segment| rows(segment) > time).count(),
                without: counting().filter(|segment| rows(segment) == 0).count(),
            }
        });
        Segments {
            lengths: own.collect(),
            videos: self.videos.len(),
            segments: self.segments.len(),
            seconds: Quantiles::of(all().map(seconds)),
            no_length: all().filter(|segment| !segment.lasts()).map(|segment| segment.place.clone()).collect(),
            short: places(&|segment| segment.lasts() && (0.0..SHORT).contains(&seconds(segment))),
            overlapping: self.overlapping(),
            frames: lengths(&frames_of, &|segment| segment.frames),
            without_frames: none(&frames_of, &|segment| segment.frames),
            longer_than_time: frames_of.as_ref().and(time).map(|time| counting().filter(|s| s.frames > time).count()),
            frames_of,
            time,
            words: lengths(&words_of, &|segment| segment.words),
            without_words: none(&words_of, &|segment| segment.words),
            words_of,
        }
    }

    fn overlapping(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for names in self.videos.values() {
            let mut segments: Vec<&LabelRow> =
                names.iter().filter_map(|n| Some(&self.segments.get(n)?.place)).collect();
            segments.sort_by(|a, b| a.interval[0].total_cmp(&b.interval[0]));
            let mut latest: Option<&LabelRow> = None;
            for second in segments {
                let end = |place: &LabelRow| place.interval[1];
                if let Some(first) = latest {
                    let seconds = end(first) - second.interval[0];
                    if seconds > EPSILON {
                        pairs.push(Pair { first: first.clone(), second: second.clone(), seconds });
                    }
                }
                latest = latest.filter(|&first| end(first) >= end(second)).or(Some(second));
            }
        }
        pairs
    }
}
