//! Reading: `/<root>/data/<id>/{features,intervals}` and `/<root>/metadata/<key>` (SDK `file_ops.py`, `read_CSD`).
//!
//! The tree is walked by name to this fixed depth and no further, so a damaged link cannot lead in a circle.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use hdf5::{ChunkCacheConfig, Dataset, File, FileAccessProperties, Group, is_hdf5_bytes};

use crate::dataset::{Content, Mismatch, bounded, content, extent};
use crate::source::Bytes;
use crate::{CsdError, Entry, Features, Rows, Sequence, metadata};

/// An open sequence, read one entry at a time: memory holds the file's index and what was asked for.
///
/// Several threads may read entries at once; none waits for another.
pub struct Reader {
    path: PathBuf,
    length: u64,
    root: String,
    other_roots: Vec<String>,
    metadata: BTreeMap<String, serde_json::Value>,
    unreadable_metadata: Vec<String>,
    /// Nothing for a dataset in a group's place.
    entries: BTreeMap<String, Option<Group>>,
}

/// Reads a whole sequence.
///
/// # Errors
/// As [`Reader::open`] and [`Reader::entry`].
pub fn read(path: &Path) -> Result<Sequence, CsdError> {
    let reader = Reader::open(path)?;
    let mut entries = BTreeMap::new();
    for id in reader.ids() {
        entries.insert(id.to_owned(), reader.entry(id)?);
    }
    Ok(Sequence { root: reader.root, metadata: reader.metadata, entries })
}

impl Reader {
    /// Opens a sequence: its root, metadata and the ids of its entries.
    ///
    /// The root is the file's first group in name order, as in the SDK.
    ///
    /// # Errors
    /// [`CsdError::Absent`], [`CsdError::NotHdf5`], [`CsdError::Truncated`], [`CsdError::Io`], and
    /// [`CsdError::Damaged`] for a file without a root group or a `data` group of entries.
    pub fn open(path: &Path) -> Result<Self, CsdError> {
        let (file, length) = sound(path)?;
        let damaged = |id: &str, expected: &str, got: String| damage(path, id, Mismatch::new(expected, got));
        let unreadable = |error: hdf5::Error| damaged("/", "a readable HDF5 file", error.to_string());

        Bytes::begin(length);
        // Each entry is read once.
        let access = FileAccessProperties::new().with_chunk_cache(ChunkCacheConfig::disabled());
        let file = File::from_source_with_options(Bytes { file, length }, access).map_err(unreadable)?;
        let superblock = file.superblock();
        if superblock.eof_address > length {
            return Err(CsdError::Truncated { path: path.to_owned(), expected: superblock.eof_address, got: length });
        }
        let mut roots: BTreeMap<String, Group> = file.root().iter_groups().map_err(unreadable)?.collect();
        let Some((root, group)) = roots.pop_first() else {
            return Err(damaged("/", "a root group", "none".into()));
        };
        let mut other_roots: Vec<String> = roots.into_keys().collect();
        other_roots.extend(file.root().datasets().map_err(unreadable)?);
        other_roots.sort();
        let at_root = |error: hdf5::Error| damaged(&root, "readable groups", error.to_string());
        let mut children: BTreeMap<String, Group> = group.iter_groups().map_err(at_root)?.collect();
        let Some(data) = children.remove("data") else {
            let got = children.into_keys().collect::<Vec<_>>().join(", ");
            let got = if got.is_empty() { "no group".into() } else { format!("groups {got}") };
            return Err(damaged(&root, "a group `data` with one group for each entry", got));
        };
        let mut entries: BTreeMap<String, Option<Group>> =
            data.iter_groups().map_err(at_root)?.map(|(id, group)| (id, Some(group))).collect();
        entries.extend(data.datasets().map_err(at_root)?.into_iter().map(|id| (id, None)));
        let (metadata, unreadable_metadata) = match children.get("metadata") {
            Some(group) => {
                read_metadata(group, length).map_err(|error| damage(path, "metadata", Mismatch::from(error)))?
            }
            None => Default::default(),
        };
        Ok(Self { path: path.to_owned(), length, root, other_roots, metadata, unreadable_metadata, entries })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Name of the root group.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// What the file has beside the root, in order; neither the SDK nor this crate reads it.
    #[must_use]
    pub fn other_roots(&self) -> &[String] {
        &self.other_roots
    }

    /// Metadata by key.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, serde_json::Value> {
        &self.metadata
    }

    /// Keys of metadata that are no texts and are left out, as by the SDK.
    #[must_use]
    pub fn unreadable_metadata(&self) -> &[String] {
        &self.unreadable_metadata
    }

    /// Ids of the entries, in order. Links to other places, in this file or another, are not followed, and no ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Reads one entry.
    ///
    /// # Errors
    /// [`CsdError::Damaged`] where there is no such entry, where a dataset is missing or unreadable, where
    /// `intervals` is not (N, 2) or `features` not (N, D, ...) with the same N.
    pub fn entry(&self, id: &str) -> Result<Entry, CsdError> {
        let group = match self.entries.get(id) {
            Some(Some(group)) => group,
            Some(None) => {
                return Err(damage(
                    &self.path,
                    id,
                    Mismatch::new("a group with `features` and `intervals`", "a dataset"),
                ));
            }
            None => return Err(damage(&self.path, id, Mismatch::new("an entry of this id", "none"))),
        };
        Bytes::begin(self.length);
        let at = |part: &'static str| move |mismatch| damage(&self.path, &format!("{id}/{part}"), mismatch);
        let intervals = read_intervals(group, self.length).map_err(at("intervals"))?;
        let features = read_features(group, self.length, intervals.len()).map_err(at("features"))?;
        Ok(Entry { intervals, features })
    }
}

pub(crate) fn damage(path: &Path, id: &str, Mismatch { expected, got, remedy }: Mismatch) -> CsdError {
    let (path, id) = (path.to_owned(), id.to_owned());
    match remedy {
        Some(remedy) => CsdError::Unsupported { path, id, got, remedy },
        None => CsdError::Damaged { path, id, expected, got },
    }
}

/// The open file and its length, after a look at the places where an HDF5 file may begin.
pub(crate) fn sound(path: &Path) -> Result<(fs::File, u64), CsdError> {
    let io = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::NotFound => CsdError::Absent { path: path.to_owned() },
        _ => CsdError::Io { path: path.to_owned(), cause },
    };
    let mut file = fs::File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    let mut start = |at: u64| {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(at))?;
        (&file).take(16).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let first = start(0).map_err(io)?;
    let mut at = 0;
    while at < length {
        if is_hdf5_bytes(&start(at).map_err(io)?) {
            return Ok((file, length));
        }
        // A block of something else may stand in front.
        at = (2 * at).max(512);
    }
    let start = String::from_utf8_lossy(&first).escape_debug().to_string();
    Err(CsdError::NotHdf5 { path: path.to_owned(), got: format!("{length} bytes starting \"{start}\"") })
}

fn read_intervals(entry: &Group, file_length: u64) -> Result<Vec<[f64; 2]>, Mismatch> {
    let dataset = entry.dataset("intervals")?;
    let shape = extent(&dataset, file_length)?;
    let &[rows, 2] = shape.as_slice() else {
        return Err(Mismatch::new("shape [N, 2], start and end in seconds", format!("shape {shape:?}")));
    };
    let values = match content(&dataset, file_length)? {
        Content::F64(values) => values,
        Content::F32(values) => values.into_iter().map(f64::from).collect(),
        Content::Texts(_) => return Err(Mismatch::new("numbers", "texts")),
    };
    let (pairs, rest) = values.as_chunks::<2>();
    if pairs.len() != rows || !rest.is_empty() {
        return Err(Mismatch::new(format!("{} values", 2 * rows), values.len().to_string()));
    }
    Ok(pairs.to_vec())
}

fn read_features(entry: &Group, file_length: u64, rows: usize) -> Result<Features, Mismatch> {
    let dataset = entry.dataset("features")?;
    let shape = extent(&dataset, file_length)?;
    if shape[0] != rows {
        return Err(Mismatch::new(format!("{rows} rows, as many as intervals"), format!("{} rows", shape[0])));
    }
    if shape.contains(&0) && rows > 0 {
        return Err(Mismatch::new("one column or more", "none"));
    }
    let shape = shape[1..].to_vec();
    let features = match content(&dataset, file_length)? {
        Content::F32(values) => Features::F32(Rows { shape, values }),
        Content::F64(values) => Features::F64(Rows { shape, values }),
        Content::Texts(values) => Features::Texts(Rows { shape, values }),
    };
    if features.rows() != rows {
        return Err(Mismatch::new(format!("{rows} rows of data"), format!("{} rows", features.rows())));
    }
    Ok(features)
}

/// Metadata by key, and the keys of what is no text.
type Metadata = (BTreeMap<String, serde_json::Value>, Vec<String>);

fn read_metadata(group: &Group, file_length: u64) -> Result<Metadata, hdf5::Error> {
    let mut values = BTreeMap::new();
    let mut unreadable = Vec::new();
    for (key, dataset) in group.iter_datasets()? {
        match read_text(&dataset, file_length) {
            Some(text) => drop(values.insert(key, metadata::decode(&text))),
            None => unreadable.push(key),
        }
    }
    unreadable.sort();
    Ok((values, unreadable))
}

/// The first text of a dataset that the file can hold.
fn read_text(dataset: &Dataset, file_length: u64) -> Option<String> {
    bounded(dataset, &dataset.shape().ok()?, file_length).ok()?;
    match content(dataset, file_length).ok()? {
        Content::Texts(texts) => texts.into_iter().next(),
        Content::F32(_) | Content::F64(_) => None,
    }
}
