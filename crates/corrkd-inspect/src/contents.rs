//! What a sequence's file holds: read once, some entries at a time on all cores, and counted in the order of their ids, so
//! that memory holds a few entries and the numbers do not depend on the threads.

use corrkd_csd::{CsdError, Entry, Features, Reader};
use corrkd_data::{DataError, Progress, video};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::Quantiles;
use crate::clock::{Clock, Stretch};
use crate::labelled::Labelled;
use crate::times::Times;
use crate::values::{Count, Values};
use crate::words::Words;

/// Row shapes are told apart up to this many.
const SHAPES: usize = 16;

/// What a sequence holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contents {
    /// Name of the root group, by which recipes know the file.
    pub root: String,
    /// The metadata's `root name`, by which the Python SDK knows it.
    pub metadata_root: Option<serde_json::Value>,
    /// Entries: one for each video, or one for each segment (`video[i]`).
    pub entries: usize,
    /// Videos: what stands before `[i]`.
    pub videos: usize,
    /// Whether entries are segments, `video[i]`.
    pub by_segment: bool,
    /// Entries that cannot be read, and are not in any of the other numbers.
    pub unreadable_entries: usize,
    /// Entries without rows.
    pub empty_entries: usize,
    /// The kinds of features as they are read: `f32`, `f64` (of integers, too), `texts`.
    pub kinds: Vec<&'static str>,
    /// The axes of one row, all there are, up to 16.
    pub row_shapes: Vec<Vec<usize>>,
    /// Values in a row of the first entry that has rows.
    pub width: Option<usize>,
    /// All rows.
    pub rows: usize,
    /// Rows of an entry.
    pub rows_per_entry: Option<Quantiles>,
    /// Seconds between the first start and the last end of an entry.
    pub seconds_per_entry: Option<Quantiles>,
    /// Rows per second of an entry that has some length.
    pub rows_per_second: Option<Quantiles>,
    /// The intervals.
    pub intervals: Times,
    /// Rows of videos that have labels, where rows are aligned to these.
    pub rows_of_labelled: Option<usize>,
    /// Those of them that lie in a labelled segment.
    pub rows_in_segments: Option<usize>,
    /// The numbers; nothing for texts.
    pub values: Option<Values>,
    /// The texts; nothing for numbers.
    pub words: Option<Words>,
}

/// What is counted of one entry while others are read.
struct Counted {
    entry: Result<Entry, CsdError>,
    times: Times,
    stretch: Option<Stretch>,
    values: Option<Count>,
    /// Rows that lie in a labelled segment of the video; nothing where it has none.
    inside: Option<usize>,
}

impl Counted {
    fn read(reader: &Reader, id: &str, labelled: Option<&Labelled>) -> Self {
        let entry = reader.entry(id);
        let (times, stretch) = entry.as_ref().map(|entry| Times::of(&entry.intervals)).unwrap_or_default();
        let values = entry.as_ref().ok().filter(|entry| entry.features.rows() > 0);
        let values = values.and_then(|entry| match &entry.features {
            Features::F32(rows) => Some(Count::of(rows)),
            Features::F64(rows) => Some(Count::of(rows)),
            Features::Texts(_) => None,
        });
        let inside = entry.as_ref().ok().zip(labelled);
        let inside = inside.and_then(|(entry, labelled)| labelled.inside(video(id), &entry.intervals));
        Self { entry, times, stretch, values, inside }
    }
}

/// Reads a file, whose rows are counted in the segments of `labelled`; each entry is also given to `look`. Beside the
/// contents, what each video covers by the file's clock.
pub(crate) fn contents(
    reader: &Reader,
    labelled: Option<&Labelled>,
    progress: &Progress<'_>,
    mut look: impl FnMut(&str, Result<&Entry, &CsdError>),
) -> Result<(Contents, Clock), DataError> {
    let ids: Vec<&str> = reader.ids().collect();
    let videos: BTreeSet<&str> = ids.iter().map(|id| video(id)).collect();
    let mut contents = Contents {
        root: reader.root().to_owned(),
        metadata_root: reader.metadata().get("root name").cloned(),
        entries: ids.len(),
        videos: videos.len(),
        by_segment: !ids.is_empty() && ids.iter().all(|id| id.contains('[')),
        unreadable_entries: 0,
        empty_entries: 0,
        kinds: Vec::new(),
        row_shapes: Vec::new(),
        width: None,
        rows: 0,
        rows_per_entry: None,
        seconds_per_entry: None,
        rows_per_second: None,
        intervals: Times::default(),
        rows_of_labelled: labelled.map(|_| 0),
        rows_in_segments: labelled.map(|_| 0),
        values: None,
        words: None,
    };
    let (mut rows, mut seconds, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    let mut count: Option<Count> = None;
    let mut clock = Clock::default();
    for (number, some) in ids.chunks(rayon::current_num_threads()).enumerate() {
        let read: Vec<Counted> = some.par_iter().map(|id| Counted::read(reader, id, labelled)).collect();
        for (id, counted) in some.iter().zip(&read) {
            look(id, counted.entry.as_ref());
            let Ok(entry) = &counted.entry else {
                contents.unreadable_entries += 1;
                continue;
            };
            let here = entry.intervals.len();
            contents.rows += here;
            contents.intervals.add(&counted.times);
            rows.push(here as f64);
            if let Some(stretch) = counted.stretch {
                let lasts = stretch.last - stretch.first;
                seconds.push(lasts);
                rates.extend((lasts > 0.0).then_some(here as f64 / lasts));
                clock.add(id, stretch);
            }
            if let Some(inside) = counted.inside {
                contents.rows_of_labelled.iter_mut().for_each(|rows| *rows += here);
                contents.rows_in_segments.iter_mut().for_each(|rows| *rows += inside);
            }
            contents.features(&entry.features);
            if let Some(values) = &counted.values {
                count.get_or_insert_default().join(values);
            }
        }
        if progress(number * rayon::current_num_threads() + some.len(), ids.len()) == ControlFlow::Break(()) {
            return Err(DataError::Interrupted);
        }
    }
    contents.rows_per_entry = Quantiles::of(rows);
    contents.seconds_per_entry = Quantiles::of(seconds);
    contents.rows_per_second = Quantiles::of(rates);
    contents.values = count.map(|count| count.values());
    Ok((contents, clock))
}

impl Contents {
    fn features(&mut self, features: &Features) {
        if features.rows() == 0 {
            self.empty_entries += 1;
            return;
        }
        let kind = match features {
            Features::F32(_) => "f32",
            Features::F64(_) => "f64",
            Features::Texts(_) => "texts",
        };
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        let shape = features.shape();
        if self.row_shapes.len() < SHAPES && !self.row_shapes.iter().any(|known| known == shape) {
            self.row_shapes.push(shape.to_vec());
        }
        self.width.get_or_insert(features.width());
        if let Features::Texts(rows) = features {
            self.words.get_or_insert_default().add(&rows.values);
        }
    }
}
