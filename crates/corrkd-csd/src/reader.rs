//! Reading: `/<root>/data/<id>/{features,intervals}` and `/<root>/metadata/<key>` (SDK `file_ops.py`, `read_CSD`).
//!
//! The tree is walked by name to this fixed depth and no further, so a damaged link cannot lead in a circle.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use corrkd_system::one_line;
use hdf5::{ChunkCacheConfig, Dataset, File, FileAccessProperties, Group, is_hdf5_bytes};

use crate::dataset::{Content, Mismatch, bounded, content};
use crate::part::Part;
use crate::source::Bytes;
use crate::{CsdError, Entry, Sequence, metadata};

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
    entries: BTreeMap<String, EntryHandle>,
    /// Bytes in the file of the entries that were read.
    counted: AtomicU64,
}

/// Where an entry is.
struct EntryHandle {
    /// Nothing for a dataset in a group's place.
    group: Option<Group>,
    /// Whether the reader's count has it.
    counted: AtomicBool,
}

impl EntryHandle {
    fn new(group: Option<Group>) -> Self {
        Self { group, counted: AtomicBool::new(false) }
    }
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
    /// [`CsdError::Damaged`] for a file without a root group or a `data` group of entries, or with a control character in the
    /// name of one.
    pub fn open(path: &Path) -> Result<Self, CsdError> {
        let (file, length) = sound(path)?;
        let damaged = |id: &str, expected: &str, got: String| damage(path, id, Mismatch::new(expected, got));
        let unreadable = |error: hdf5::Error| damaged("/", "a readable HDF5 file", error.to_string());

        Bytes::begin(length);
        // Each chunk is read once, but the index for every few of them.
        let cache = ChunkCacheConfig::disabled().with_index_cache(true);
        let access = FileAccessProperties::new().with_chunk_cache(cache);
        let file = File::from_source_with_options(Bytes { file, length }, access).map_err(unreadable)?;
        let superblock = file.superblock();
        if superblock.eof_address > length {
            return Err(CsdError::Truncated { path: path.to_owned(), expected: superblock.eof_address, got: length });
        }
        let mut roots: BTreeMap<String, Group> = file.root().iter_groups().map_err(unreadable)?.collect();
        let Some((root, group)) = roots.pop_first() else {
            return Err(damaged("/", "a root group", "none".into()));
        };
        let others = roots.into_keys().chain(file.root().datasets().map_err(unreadable)?);
        let mut other_roots: Vec<String> = others.map(|name| name.escape_debug().to_string()).collect();
        other_roots.sort();
        let at_root = |error: hdf5::Error| damaged(&root, "readable groups", error.to_string());
        let mut children: BTreeMap<String, Group> = group.iter_groups().map_err(at_root)?.collect();
        let Some(data) = children.remove("data") else {
            let got = children.into_keys().collect::<Vec<_>>().join(", ");
            let got = if got.is_empty() { "no group".into() } else { format!("groups {got}") };
            return Err(damaged(&root, "a group `data` with one group for each entry", got));
        };
        let mut entries: BTreeMap<String, EntryHandle> =
            data.iter_groups().map_err(at_root)?.map(|(id, group)| (id, EntryHandle::new(Some(group)))).collect();
        entries.extend(data.datasets().map_err(at_root)?.into_iter().map(|id| (id, EntryHandle::new(None))));
        for (place, name) in std::iter::once(("/", &root)).chain(entries.keys().map(|id| (root.as_str(), id))) {
            if !one_line(name) {
                return Err(damaged(place, "names without control characters", format!("{name:?}")));
            }
        }
        let (metadata, unreadable_metadata) = match children.get("metadata") {
            Some(group) => {
                read_metadata(group, length).map_err(|error| damage(path, "metadata", Mismatch::from(error)))?
            }
            None => Default::default(),
        };
        let (path, counted) = (path.to_owned(), AtomicU64::new(0));
        Ok(Self { path, length, root, other_roots, metadata, unreadable_metadata, entries, counted })
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

    /// What the file has beside the root, in order, escaped; neither the SDK nor this crate reads it.
    #[must_use]
    pub fn other_roots(&self) -> &[String] {
        &self.other_roots
    }

    /// Metadata by key.
    #[must_use]
    pub const fn metadata(&self) -> &BTreeMap<String, serde_json::Value> {
        &self.metadata
    }

    /// Keys, escaped, of metadata that are no texts and are left out, as by the SDK, or that no file here can have.
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
    /// `intervals` is not (N, 2) or `features` not (N, D, ...) with the same N, and where the entries read so far would
    /// take more than the file; [`CsdError::Unsupported`] for what only another HDF5 library reads.
    pub fn entry(&self, id: &str) -> Result<Entry, CsdError> {
        let at = |place: &str, mismatch| damage(&self.path, place, mismatch);
        let none = || at(id, Mismatch::new("an entry of this id", "none"));
        let place = self.entries.get(id).ok_or_else(none)?;
        let dataset = || at(id, Mismatch::new("a group with `features` and `intervals`", "a dataset"));
        let group = place.group.as_ref().ok_or_else(dataset)?;
        Bytes::begin(self.length);
        let at_part = |name: &'static str| move |mismatch| at(&format!("{id}/{name}"), mismatch);
        let intervals = Part::open(group, "intervals", self.length).map_err(at_part("intervals"))?;
        let features = Part::open(group, "features", self.length).map_err(at_part("features"))?;
        self.count(place, intervals.stored.saturating_add(features.stored)).map_err(|mismatch| at(id, mismatch))?;
        let intervals = intervals.intervals().map_err(at_part("intervals"))?;
        let features = features.features(intervals.len()).map_err(at_part("features"))?;
        Ok(Entry { intervals, features })
    }

    /// Counts an entry's bytes once. Refuses those of which the file would have to hold some twice: thousands of ids
    /// for the same rows would take time and memory without end.
    fn count(&self, place: &EntryHandle, stored: u64) -> Result<(), Mismatch> {
        if place.counted.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let all = self.counted.fetch_add(stored, Ordering::Relaxed).saturating_add(stored);
        if all > self.length {
            let expected = format!("entries that have no bytes in common, of the file's {}", self.length);
            return Err(Mismatch::new(expected, format!("{all} with this one")));
        }
        Ok(())
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
    let mut file = corrkd_system::open(path).map_err(io)?;
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

/// Metadata by key, and the keys of what is no text.
type Metadata = (BTreeMap<String, serde_json::Value>, Vec<String>);

fn read_metadata(group: &Group, file_length: u64) -> Result<Metadata, hdf5::Error> {
    let mut values = BTreeMap::new();
    let mut unreadable = Vec::new();
    let mut left = file_length;
    for (key, dataset) in group.iter_datasets()? {
        match read_text(&dataset, &mut left) {
            Some(text) if one_line(&key) => drop(values.insert(key, metadata::decode(&text))),
            _ => unreadable.push(key.escape_debug().to_string()),
        }
    }
    unreadable.sort();
    Ok((values, unreadable))
}

/// The first text of a dataset that the file can hold beside the others.
fn read_text(dataset: &Dataset, left: &mut u64) -> Option<String> {
    let stored = bounded(dataset, &dataset.shape().ok()?, *left).ok()?;
    *left = left.checked_sub(stored)?;
    match content(dataset, stored).ok()? {
        Content::Texts(texts) => texts.into_iter().next(),
        Content::F32(_) | Content::F64(_) => None,
    }
}
