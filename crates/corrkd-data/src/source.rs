//! A data set's file, opened as its recipe says: the sequence's name, the width of its rows, and the labels in it.

use corrkd_csd::{Entry, Reader};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::segment::video;
use crate::{DataError, FeatureFile, LabelFile};

/// An open sequence of numbers.
pub(crate) struct Source {
    path: PathBuf,
    reader: Reader,
    /// Keys of the entries by video, in order.
    keys: BTreeMap<String, Vec<String>>,
}

/// Rows of numbers, (N, D).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rows {
    /// Start and end of each row in seconds, (N, 2).
    pub(crate) intervals: Vec<[f64; 2]>,
    /// Columns, D.
    pub(crate) width: usize,
    /// N x D values.
    pub(crate) values: Vec<f32>,
}

impl Rows {
    /// One row.
    pub(crate) fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }
}

impl Source {
    /// Opens a file of `folder` and checks its sequence's name.
    pub(crate) fn open(folder: &Path, file: &str, roots: &[String]) -> Result<Self, DataError> {
        let path = folder.join(file);
        let reader = Reader::open(&path)?;
        if !roots.is_empty() && !roots.iter().any(|root| root.eq_ignore_ascii_case(reader.root())) {
            return Err(DataError::Root { path, expected: roots.to_vec(), got: reader.root().to_owned() });
        }
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for id in reader.ids() {
            keys.entry(video(id).to_owned()).or_default().push(id.to_owned());
        }
        Ok(Self { path, reader, keys })
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

    /// The rows of one entry of numbers.
    fn rows(&self, key: &str) -> Result<Rows, DataError> {
        let Entry { intervals, features } = self.reader.entry(key)?;
        match features.into_f32() {
            Some(rows) => Ok(Rows { intervals, width: rows.width(), values: rows.values }),
            None => Err(self.mismatch(key, "numbers", "texts")),
        }
    }

    /// The rows of one or more entries of a modality, one entry after the other.
    pub(crate) fn features(&self, keys: &[String], file: &FeatureFile) -> Result<Rows, DataError> {
        let mut all = Rows { width: file.width, ..Rows::default() };
        for key in keys {
            let mut rows = self.rows(key)?;
            if rows.width != file.width {
                let columns = |width: usize| format!("{width} columns");
                return Err(self.mismatch(key, columns(file.width), columns(rows.width)));
            }
            all.intervals.append(&mut rows.intervals);
            all.values.append(&mut rows.values);
        }
        Ok(all)
    }

    /// The intervals and labels of one entry; `name` gives a row's sample id.
    pub(crate) fn labels(
        &self,
        key: &str,
        file: &LabelFile,
        name: impl Fn(usize) -> String,
    ) -> Result<Vec<([f64; 2], f32)>, DataError> {
        let rows = self.rows(key)?;
        if rows.width <= file.column {
            let expected = format!("a column {} for the label, counted from 0", file.column);
            return Err(self.mismatch(key, expected, format!("{} columns", rows.width)));
        }
        let [low, high] = file.range;
        let labels = rows.values.chunks_exact(rows.width).map(|row| row[file.column]);
        rows.intervals
            .iter()
            .zip(labels)
            .enumerate()
            .map(|(i, (&interval, got))| {
                if (low..=high).contains(&got) {
                    Ok((interval, got))
                } else {
                    Err(DataError::Label { path: self.path.clone(), id: name(i), got, low, high })
                }
            })
            .collect()
    }
}
