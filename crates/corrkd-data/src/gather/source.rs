//! A data set's file, opened as its recipe says.

use corrkd_csd::{Entry, Reader};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::segment::video;
use crate::recipe::Download;
use crate::rows::append;
use crate::{DataError, FeatureFile};

/// An open sequence.
pub(crate) struct Source {
    path: PathBuf,
    reader: Reader,
    /// Keys of the entries by video, in order.
    keys: BTreeMap<String, Vec<String>>,
}

impl Source {
    /// Opens a file of `folder` and checks its sequence's name.
    pub(crate) fn open(folder: &Path, download: &Download<'_>) -> Result<Self, DataError> {
        let path = folder.join(download.file);
        let reader = Reader::open(&path)?;
        if !download.accepts(reader.root()) {
            return Err(DataError::Root { path, expected: download.roots.to_vec(), got: reader.root().to_owned() });
        }
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for id in reader.ids() {
            keys.entry(video(id).to_owned()).or_default().push(id.to_owned());
        }
        Ok(Self { path, reader, keys })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The name in the file, and its metadata.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The videos, each with the keys of its entries.
    pub(crate) fn videos(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.keys.iter().map(|(video, keys)| (video.as_str(), keys.as_slice()))
    }

    /// The keys of a video's entries; none where there is no such video.
    pub(crate) fn keys(&self, video: &str) -> &[String] {
        self.keys.get(video).map_or(&[], Vec::as_slice)
    }

    /// An entry that is not as the recipe says.
    pub(crate) fn mismatch(&self, id: &str, expected: impl Into<String>, got: impl Into<String>) -> DataError {
        DataError::Entry { path: self.path.clone(), id: id.to_owned(), expected: expected.into(), got: got.into() }
    }

    /// One entry.
    pub(crate) fn entry(&self, key: &str) -> Result<Entry, DataError> {
        Ok(self.reader.entry(key)?)
    }

    /// The rows of the entries `keys` of a modality, one entry after the other; `None` where there is no key.
    pub(crate) fn features(&self, keys: &[String], file: &FeatureFile) -> Result<Option<Entry>, DataError> {
        let mut all: Option<Entry> = None;
        for key in keys {
            let entry = self.entry(key)?;
            let got = entry.features.width();
            if got != file.width {
                let columns = |width: usize| format!("{width} columns");
                return Err(self.mismatch(key, columns(file.width), columns(got)));
            }
            all = Some(match all {
                None => entry,
                Some(Entry { mut intervals, features }) => {
                    let before = format!("{:?}", features.shape());
                    let shape = format!("{:?}", entry.features.shape());
                    let features = append(features, entry.features).ok_or_else(|| {
                        self.mismatch(key, format!("rows of shape {before} as in the entry before"), shape)
                    })?;
                    intervals.extend(entry.intervals);
                    Entry { intervals, features }
                }
            });
        }
        Ok(all)
    }
}
