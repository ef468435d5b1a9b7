//! Plain arrays in an HDF5 file that is no computational sequence, with the same care for sizes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hdf5::{Dataset, File, FileAccessProperties, Group};

use crate::CsdError;
use crate::dataset::{Content, Mismatch, bounded, content};
use crate::reader::{damage, sound};
use crate::source::Bytes;

/// Groups within groups that are looked into; a damaged link may lead in a circle.
const DEPTH: usize = 4;
/// Datasets that one file may have.
const LIMIT: usize = 100_000;

/// The datasets of an HDF5 file by name, `group/name` within groups.
pub struct Arrays {
    path: PathBuf,
    length: u64,
    datasets: BTreeMap<String, Dataset>,
}

/// An array in memory.
pub struct Array {
    /// Lengths of its axes.
    pub shape: Vec<usize>,
    /// Its items, the last axis fastest.
    pub content: Content,
}

impl Arrays {
    /// Opens a file and lists its datasets.
    ///
    /// # Errors
    /// As [`Reader::open`](crate::Reader::open), a root group and entries aside.
    pub fn open(path: &Path) -> Result<Self, CsdError> {
        let (file, length) = sound(path)?;
        let unreadable =
            |error: hdf5::Error| damage(path, "/", Mismatch::new("a readable HDF5 file", error.to_string()));
        Bytes::begin(length);
        let source = Bytes { file, length };
        let file = File::from_source_with_options(source, FileAccessProperties::new()).map_err(unreadable)?;
        let end = file.superblock().eof_address;
        if end > length {
            return Err(CsdError::Truncated { path: path.to_owned(), expected: end, got: length });
        }
        let mut datasets = BTreeMap::new();
        let mut groups: Vec<(String, Group, usize)> = vec![(String::new(), file.root(), 0)];
        while let Some((name, group, depth)) = groups.pop() {
            for (key, dataset) in group.iter_datasets().map_err(unreadable)? {
                datasets.insert(format!("{name}{key}"), dataset);
            }
            if depth < DEPTH {
                let inner = group.iter_groups().map_err(unreadable)?;
                groups.extend(inner.map(|(key, group)| (format!("{name}{key}/"), group, depth + 1)));
            }
            if datasets.len() + groups.len() > LIMIT {
                let got = format!("more than {LIMIT}");
                return Err(damage(path, "/", Mismatch::new("as many groups and datasets as data have", got)));
            }
        }
        Ok(Self { path: path.to_owned(), length, datasets })
    }

    /// The datasets' names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.datasets.keys().map(String::as_str)
    }

    /// Names, shapes and types of the datasets, one a line, at most `lines` lines.
    #[must_use]
    pub fn outline(&self, lines: usize) -> String {
        let line = |(name, dataset): (&String, &Dataset)| {
            let shape = dataset.shape().map_or_else(|_| "unreadable".to_owned(), |shape| format!("{shape:?}"));
            let kind = dataset.dtype().map_or_else(|_| String::new(), |kind| format!(" {kind}"));
            format!("{}: {shape}{kind}", name.escape_debug())
        };
        let more = self.datasets.len().saturating_sub(lines);
        let shown = self.datasets.iter().take(lines).map(line);
        shown.chain((more > 0).then(|| format!("… {more} more"))).collect::<Vec<_>>().join("\n")
    }

    /// Reads a dataset.
    ///
    /// # Errors
    /// [`CsdError::Damaged`] where there is no such dataset, or it is larger than the file can hold, or neither numbers
    /// nor texts.
    pub fn read(&self, name: &str) -> Result<Array, CsdError> {
        Bytes::begin(self.length);
        let read = || {
            let dataset = self.datasets.get(name).ok_or_else(|| Mismatch::new("a dataset of this name", "none"))?;
            let shape = dataset.shape()?;
            bounded(dataset, &shape, self.length)?;
            let axes = shape.iter().map(|&axis| usize::try_from(axis).ok()).collect::<Option<Vec<_>>>();
            let axes =
                axes.ok_or_else(|| Mismatch::new("a shape within this machine's range", format!("{shape:?}")))?;
            let content = content(dataset, self.length)?;
            let (items, got) = (axes.iter().product::<usize>(), content.len());
            if items != got {
                return Err(Mismatch::new(format!("{items} items"), got.to_string()));
            }
            Ok(Array { shape: axes, content })
        };
        read().map_err(|mismatch| damage(&self.path, name, mismatch))
    }
}
