//! The table of labels: a header, and a row for each sample.
//!
//! - `id` (also `name`, `utterance`, `file`), or `video_id` and `clip_id`: whose sample it is, and what its files are called.
//! - `split` (also `mode`, `fold`, `set`): train, valid or test. Without it all samples are in the training fold.
//! - `start` and `end`, in seconds, where they are known.
//! - Each other column of numbers is a label; an empty cell has none. Where there are none of numbers, one column of texts
//!   is: each text is a category, with a column of zeros and ones of its own. A column without a name is no label: it is the
//!   number of the row that pandas writes.

use corrkd_data::Fold;
use csv::StringRecord;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::names;
use super::table::{self, plain};
use crate::ImportError;
use crate::field;
use crate::id::{Id, NoIds};

/// Names of columns, in lower case and without what is neither letter nor digit.
const IDS: [&str; 7] = ["id", "ids", "name", "utterance", "utteranceid", "file", "filename"];
const VIDEOS: [&str; 2] = ["videoid", "video"];
const CLIPS: [&str; 3] = ["clipid", "clip", "segment"];
const SPLITS: [&str; 6] = ["split", "mode", "fold", "set", "partition", "subset"];
const STARTS: [&str; 2] = ["start", "starttime"];
const ENDS: [&str; 2] = ["end", "endtime"];
/// Labels of single modalities, as MMSA's tables name them.
const MODALITIES: [(&str, &str); 4] =
    [("labelT", "language"), ("labelA", "audio"), ("labelV", "vision"), ("label", crate::label::SENTIMENT)];
/// Categories that texts may be.
const CATEGORIES: usize = 100;

/// The labels of all folds.
pub(super) struct LabelTable {
    /// Names of the labels, C.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<LabelRow>,
    /// What was found in each table, for a message.
    pub(super) lines: Vec<String>,
}

/// A sample.
pub(super) struct LabelRow {
    pub(super) id: Id,
    /// What its files may be called, without the ending.
    pub(super) files: Vec<String>,
    pub(super) fold: Fold,
    /// Its labels, C.
    pub(super) values: Vec<f64>,
}

/// One table's text.
struct Text {
    path: PathBuf,
    header: Vec<String>,
    records: Vec<StringRecord>,
}

impl Text {
    fn wrong(&self, line: u64, expected: impl Into<String>, got: impl Into<String>) -> ImportError {
        let (field, expected, got) = (format!("line {line}"), expected.into(), got.into());
        ImportError::Field { path: self.path.clone(), field, expected, got }
    }

    fn read(path: &Path) -> Result<Self, ImportError> {
        let text = table::text(path)?;
        let mut read = Self { path: path.to_owned(), header: Vec::new(), records: Vec::new() };
        let first = text.lines().next().unwrap_or_default();
        let delimiter = table::delimiter(first).map_or(b' ', |delimiter| delimiter as u8);
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            read.wrong(line, "cells between commas, quoted where they hold some", error.to_string())
        };
        let header: Vec<String> =
            reader.headers().map_err(unreadable)?.iter().map(|name| name.trim().to_owned()).collect();
        let records: Vec<StringRecord> = reader.records().collect::<Result<_, _>>().map_err(unreadable)?;
        let filled = |record: &StringRecord| record.iter().any(|cell| !cell.trim().is_empty());
        read.records = records.into_iter().filter(filled).collect();
        read.header = header;
        match read.records.iter().find(|record| record.len() < read.header.len()) {
            Some(short) => {
                let expected = format!("{} cells as in the header", read.header.len());
                Err(read.wrong(line(short), expected, short.len().to_string()))
            }
            None => Ok(read),
        }
    }
}

/// Samples that have files, and no labels.
pub(super) fn unlabelled(path: &Path, samples: impl Iterator<Item = String>) -> Result<LabelTable, ImportError> {
    let row = |name: String| match Id::of(std::slice::from_ref(&name)) {
        Ok(id) => Ok(LabelRow { id, files: vec![name], fold: Fold::Test, values: Vec::new() }),
        Err(_) => {
            let (path, field) = (path.to_owned(), "names of files".to_owned());
            let expected = "ids, each a text without control characters".to_owned();
            Err(ImportError::Field { path, field, expected, got: format!("\"{}\"", name.escape_debug()) })
        }
    };
    let rows = samples.map(row).collect::<Result<_, _>>()?;
    Ok(LabelTable { columns: Vec::new(), rows, lines: vec!["no labels".to_owned()] })
}

/// Reads the tables; a fold is that of all samples of a table where each fold has one of its own.
pub(super) fn read(tables: &[(String, PathBuf, Option<Fold>)], labelled: bool) -> Result<LabelTable, ImportError> {
    let texts = tables.iter().map(|(_, path, _)| Text::read(path)).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = texts.first() else {
        return Ok(LabelTable { columns: Vec::new(), rows: Vec::new(), lines: Vec::new() });
    };
    let header = &first.header;
    if let Some(other) = texts.iter().find(|text| text.header != *header) {
        let expected = format!("{} as in {}", header.join(", "), first.path.display());
        return Err(other.wrong(1, expected, other.header.join(", ")));
    }
    let find = |names: &[&str]| header.iter().position(|name| names.contains(&&plain(name)[..]));
    let (id, video, clip) = (find(&IDS), find(&VIDEOS), find(&CLIPS));
    let (split, start, end) = (find(&SPLITS), find(&STARTS), find(&ENDS));
    let name = match (video, clip, id) {
        (Some(video), Some(clip), _) => Name::Clip { video, clip },
        (.., Some(id)) | (Some(id), ..) => Name::Whole(id),
        _ => {
            let expected = "a header with a column `id` (or `video_id` and `clip_id`)";
            return Err(first.wrong(1, expected, header.join(", ")));
        }
    };
    if texts.iter().all(|text| text.records.is_empty()) {
        return Err(first.wrong(2, "a line for each sample", "none"));
    }
    let unnamed = (0..header.len()).filter(|&column| matches!(&plain(&header[column])[..], "" | "unnamed0"));
    let taken: BTreeSet<usize> = [id, video, clip, split, start, end].into_iter().flatten().chain(unnamed).collect();
    for column in (0..header.len()).filter(|column| !taken.contains(column)) {
        decimal_points(&texts, column)?;
    }
    let labels = match Labels::of(header, &texts, &taken) {
        Some(labels) => labels,
        None if !labelled => Labels { numbers: Vec::new(), texts: None, left_out: Vec::new() },
        None => {
            let expected = "a column for each label, of numbers or one of texts that repeat";
            return Err(first.wrong(1, expected, header.join(", ")));
        }
    };

    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (text, (file, _, fold)) in texts.iter().zip(tables) {
        for record in &text.records {
            let (id, files) = name.of(record);
            if let Some(other) = seen.insert(id.clone(), format!("line {} of {file}", line(record))) {
                let expected = "each id once (segments of a video need files of their own, or computational sequences \
                                with times: datasets/README.md has a program that writes them)";
                return Err(text.wrong(line(record), expected, format!("`{}` as in {other}", id.escape_debug())));
            }
            let times = start.zip(end).map(|(start, end)| [record[start].to_owned(), record[end].to_owned()]);
            let words: Vec<String> = std::iter::once(id).chain(times.into_iter().flatten()).collect();
            let id = Id::of(&words).map_err(|none| match none {
                NoIds::Id(expected, got) => text.wrong(line(record), expected, got),
                NoIds::Kind => text.wrong(line(record), "an id", "none"),
            })?;
            let fold = match (fold, split.map(|split| record[split].trim())) {
                (Some(fold), _) => *fold,
                (None, None) => Fold::Train,
                (None, Some(name)) => field::fold(name).ok_or_else(|| {
                    let got = format!("`{}`", name.escape_debug());
                    text.wrong(line(record), "train, valid or test as the split", got)
                })?,
            };
            rows.push(LabelRow { id, files, fold, values: labels.values(record) });
        }
        let mut line = format!("{file}: {} samples, labels {}", text.records.len(), labels.names(header).join(", "));
        if !labels.left_out.is_empty() {
            let names: Vec<&str> = labels.left_out.iter().map(|&column| &header[column][..]).collect();
            line.push_str(&format!("; no labels, left out: {}", names.join(", ")));
        }
        if split.is_none() && fold.is_none() {
            line.push_str("; no column split");
        }
        lines.push(line);
    }
    Ok(LabelTable { columns: labels.names(header), rows, lines })
}

/// Refuses a column of numbers of which some have a decimal comma: they would be taken for names of categories.
fn decimal_points(texts: &[Text], column: usize) -> Result<(), ImportError> {
    let cells = || texts.iter().flat_map(|text| text.records.iter().map(move |record| (text, record)));
    let comma = |cell: &str| table::number(cell).is_none() && table::number(&cell.replacen(',', ".", 1)).is_some();
    let cell = |record: &StringRecord| record[column].trim().to_owned();
    let odd = cells().find(|(_, record)| comma(&cell(record)));
    match odd.filter(|_| cells().all(|(_, record)| table::number(&cell(record).replacen(',', ".", 1)).is_some())) {
        Some((text, record)) => {
            let got = format!("`{}`; save the table anew with points", cell(record).escape_debug());
            Err(text.wrong(line(record), "numbers with a decimal point", got))
        }
        None => Ok(()),
    }
}

/// The line of a record, from 1.
fn line(record: &StringRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
}

/// Where a sample's id is.
enum Name {
    Whole(usize),
    Clip { video: usize, clip: usize },
}

impl Name {
    /// The id, and what the sample's files may be called.
    fn of(&self, record: &StringRecord) -> (String, Vec<String>) {
        match *self {
            Self::Whole(column) => {
                // A column of files' names has their endings, too.
                let id = record[column].to_owned();
                let files = std::iter::once(id.clone()).chain(names::stem(&id).map(str::to_owned)).collect();
                (id, files)
            }
            Self::Clip { video, clip } => {
                let (video, clip) = (&record[video], &record[clip]);
                let id = format!("{video}$_${clip}");
                let files = [format!("{video}/{clip}"), format!("{video}_{clip}"), format!("{video}[{clip}]")];
                let files = std::iter::once(id.clone()).chain(files).collect();
                (id, files)
            }
        }
    }
}

/// The columns that are labels.
struct Labels {
    numbers: Vec<usize>,
    /// A column of texts, and what is in it.
    texts: Option<(usize, Vec<String>)>,
    left_out: Vec<usize>,
}

impl Labels {
    /// Tells labels from what else the tables hold, if there are any.
    fn of(header: &[String], texts: &[Text], taken: &BTreeSet<usize>) -> Option<Self> {
        let cells =
            |column: usize| texts.iter().flat_map(|text| &text.records).map(move |record| record[column].trim());
        let others =
            (0..header.len()).filter(|column| !taken.contains(column) && cells(*column).any(|cell| !cell.is_empty()));
        let (numbers, texts): (Vec<usize>, Vec<usize>) =
            others.partition(|&column| cells(column).all(|cell| table::number(cell).is_some()));
        if !numbers.is_empty() {
            return Some(Self { numbers, texts: None, left_out: texts });
        }
        let repeating = texts.iter().filter_map(|&column| {
            let filled = || cells(column).filter(|cell| !cell.is_empty());
            let names: BTreeSet<&str> = filled().collect();
            let few = names.len() <= CATEGORIES && names.len() < filled().count();
            few.then(|| (column, names.into_iter().map(str::to_owned).collect::<Vec<_>>()))
        });
        let [(column, names)] = <[_; 1]>::try_from(repeating.collect::<Vec<_>>()).ok()?;
        let left_out = texts.into_iter().filter(|&other| other != column).collect();
        Some(Self { numbers, texts: Some((column, names)), left_out })
    }

    fn names(&self, header: &[String]) -> Vec<String> {
        if let Some((_, names)) = &self.texts {
            return names.clone();
        }
        let known = |name: &str| MODALITIES.iter().find(|(known, _)| plain(known) == plain(name)).map(|(_, m)| *m);
        self.numbers.iter().map(|&column| known(&header[column]).unwrap_or(&header[column]).to_owned()).collect()
    }

    fn values(&self, record: &StringRecord) -> Vec<f64> {
        match &self.texts {
            Some((column, names)) => {
                let cell = record[*column].trim();
                let of = |name: &String| if cell.is_empty() { f64::NAN } else { f64::from(u8::from(cell == name)) };
                names.iter().map(of).collect()
            }
            None => {
                let number = |&column: &usize| table::number(record[column].trim()).unwrap_or(f64::NAN);
                self.numbers.iter().map(number).collect()
            }
        }
    }
}
