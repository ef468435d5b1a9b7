//! Writing: the SDK's layout (SDK `file_ops.py`, `write_CSD`), shuffled and gzipped chunks, metadata as JSON texts.
//!
//! The file is written from front to back while entries are added, and memory holds a few of them and the index. The
//! HDF5 library that reads has no such way of writing, and links `data` in a manner that makes Python look through all
//! entries for each. Written is the oldest format, as in the genuine files, which every version of HDF5 reads:
//! superblock, version 1 object headers, symbol tables, version 1 B-trees (HDF5 file format specification).
//!
//! The same sequence always gives the same bytes: names go in order and nothing records a time.

mod chunks;
mod group;
mod header;
mod sink;
mod texts;
mod tree;

use std::collections::BTreeMap;
use std::path::Path;

use corrkd_system::one_line;
use rayon::prelude::*;
use serde_json::Value;

use crate::{CsdError, Entry, Features, Sequence, metadata};
use chunks::{Packed, Rows};
use header::Kind;
use sink::Sink;

/// Bytes of rows that are compressed together, on all threads.
const BATCH: usize = 8 << 20;

/// Writes a sequence's entries one at a time.
///
/// The file appears under its name with [`finish`](Self::finish). Before that it has a temporary one beside it, and is
/// removed where the writer is dropped.
pub struct Writer {
    sink: Sink,
    root: String,
    metadata: BTreeMap<String, String>,
    /// Where each entry's group is, nothing while it waits.
    entries: BTreeMap<String, Option<u64>>,
    batch: Vec<(String, [Rows; 2])>,
    batch_bytes: usize,
}

/// Writes a whole sequence. A metadata key `root name` is added where it is absent, since the SDK cannot load a
/// sequence without it.
///
/// # Errors
/// As [`Writer::create`], [`Writer::add`] and [`Writer::finish`].
pub fn write(path: &Path, sequence: &Sequence) -> Result<(), CsdError> {
    let mut writer = Writer::create(path, &sequence.root, &sequence.metadata)?;
    for (id, entry) in &sequence.entries {
        writer.add(id, entry)?;
    }
    writer.finish()
}

impl Writer {
    /// Starts a sequence without entries; `root name` is added to the metadata where it is absent.
    ///
    /// # Errors
    /// [`CsdError::Io`] where no file can be made beside `path`, [`CsdError::Unwritable`] for a root or a key that is
    /// no name.
    pub fn create(path: &Path, root: &str, metadata: &BTreeMap<String, Value>) -> Result<Self, CsdError> {
        named(root)?;
        let mut texts = BTreeMap::new();
        for (key, value) in metadata {
            named(key)?;
            texts.insert(key.clone(), metadata::encode(value));
        }
        // A heap counts its texts in 16 bits.
        if texts.len() >= usize::from(u16::MAX) {
            return Err(unwritable(root, "fewer than 65,535 metadata", &texts.len().to_string()));
        }
        texts.entry(metadata::ROOT_NAME.to_owned()).or_insert_with(|| metadata::encode(&Value::from(root)));
        Ok(Self {
            sink: Sink::create(path)?,
            root: root.to_owned(),
            metadata: texts,
            entries: BTreeMap::new(),
            batch: Vec::new(),
            batch_bytes: 0,
        })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// [`CsdError::Unwritable`] where the id is no name or not new, rows disagree in number, features have no columns,
    /// or a text holds a zero byte, which ends texts in files; [`CsdError::Io`] where the disk is full.
    pub fn add(&mut self, id: &str, entry: &Entry) -> Result<(), CsdError> {
        named(id)?;
        let features = features(id, entry)?;
        let bytes = entry.intervals.iter().flatten().flat_map(|bound| bound.to_le_bytes()).collect();
        let intervals = Rows { kind: Kind::F64, shape: vec![entry.intervals.len() as u64, 2], bytes };
        if self.entries.contains_key(id) {
            return Err(unwritable(id, "an id for each entry", "two entries of this id"));
        }
        self.entries.insert(id.to_owned(), None);
        self.batch_bytes += features.bytes.len() + intervals.bytes.len();
        self.batch.push((id.to_owned(), [features, intervals]));
        if self.batch_bytes >= BATCH { self.write_batch() } else { Ok(()) }
    }

    /// Ends the file and gives it its name.
    ///
    /// # Errors
    /// [`CsdError::Io`].
    pub fn finish(mut self) -> Result<(), CsdError> {
        self.write_batch()?;
        let Self { mut sink, root, metadata, entries, .. } = self;
        // Nothing is where an error was passed over.
        let entries: Option<_> = entries.into_iter().map(|(id, at)| Some((id, at?))).collect();
        let entries = entries.ok_or_else(|| sink.error(std::io::Error::other("an entry could not be written")))?;
        let root = write_root(&mut sink, root, &entries, &metadata).map_err(|cause| sink.error(cause))?;
        sink.finish(root)
    }

    /// Compresses what is waiting, and writes it in the order it came.
    fn write_batch(&mut self) -> Result<(), CsdError> {
        self.batch_bytes = 0;
        let batch: Vec<(String, [Packed; 2])> = std::mem::take(&mut self.batch)
            .into_par_iter()
            .map(|(id, parts)| (id, parts.map(|rows| Packed::new(&rows))))
            .collect();
        for (id, parts) in batch {
            let at = write_entry(&mut self.sink, &parts).map_err(|cause| self.sink.error(cause))?;
            self.entries.insert(id, Some(at));
        }
        Ok(())
    }
}

fn write_root(
    sink: &mut Sink,
    root: String,
    entries: &BTreeMap<String, u64>,
    metadata: &BTreeMap<String, String>,
) -> std::io::Result<u64> {
    let data = group::write(sink, entries)?;
    let metadata = texts::write(sink, metadata)?;
    let sequence = group::write(sink, &[("data".to_owned(), data), ("metadata".to_owned(), metadata)].into())?;
    group::write(sink, &[(root, sequence)].into())
}

fn write_entry(sink: &mut Sink, [features, intervals]: &[Packed; 2]) -> std::io::Result<u64> {
    let children = [("features", features), ("intervals", intervals)];
    let mut at = BTreeMap::new();
    for (name, part) in children {
        at.insert(name.to_owned(), part.write(sink)?);
    }
    group::write(sink, &at)
}

/// Features as bytes.
fn features(id: &str, entry: &Entry) -> Result<Rows, CsdError> {
    let rows = entry.intervals.len();
    let (shape, width) = (entry.features.shape(), entry.features.width());
    let values = match &entry.features {
        Features::F32(rows) => rows.values.len(),
        Features::F64(rows) => rows.values.len(),
        Features::Texts(rows) => rows.values.len(),
    };
    if width == 0 || rows.checked_mul(width) != Some(values) {
        return Err(unwritable(id, &format!("{rows} rows of {width} (at least 1) values"), &values.to_string()));
    }
    let (kind, bytes) = match &entry.features {
        Features::F32(rows) => (Kind::F32, rows.values.iter().flat_map(|value| value.to_le_bytes()).collect()),
        Features::F64(rows) => (Kind::F64, rows.values.iter().flat_map(|value| value.to_le_bytes()).collect()),
        Features::Texts(rows) => fixed(id, &rows.values)?,
    };
    if kind.size().checked_mul(width).is_none_or(|row| u32::try_from(row).is_err()) {
        return Err(unwritable(id, "rows of less than 4 GiB", &format!("{width} values of {} bytes", kind.size())));
    }
    let shape = std::iter::once(rows).chain(shape.iter().copied()).map(|axis| axis as u64).collect();
    Ok(Rows { kind, shape, bytes })
}

/// Texts in as many bytes as the longest has, filled up with zeros, as the SDK stores words.
fn fixed(id: &str, texts: &[String]) -> Result<(Kind, Vec<u8>), CsdError> {
    if let Some(text) = texts.iter().find(|text| text.contains('\0')) {
        return Err(unwritable(id, "texts without zero bytes", &format!("{text:?}")));
    }
    let size = texts.iter().map(String::len).max().unwrap_or(1).max(1);
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend_from_slice(text.as_bytes());
        bytes.resize(bytes.len() + size - text.len(), 0);
    }
    Ok((Kind::Text { size, ascii: texts.iter().all(|text| text.is_ascii()) }, bytes))
}

/// Holds a text to what can name a group or dataset.
fn named(name: &str) -> Result<(), CsdError> {
    if name.is_empty() || name == "." || name.contains('/') || !one_line(name) {
        let expected = "a name that is neither empty nor `.` and has neither `/` nor control characters";
        return Err(unwritable(name, expected, &format!("{name:?}")));
    }
    Ok(())
}

fn unwritable(id: &str, expected: &str, got: &str) -> CsdError {
    CsdError::Unwritable { id: id.to_owned(), expected: expected.to_owned(), got: got.to_owned() }
}
