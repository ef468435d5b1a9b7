//! One of an entry's two datasets: opened, held against the file's size, then read.

use hdf5::{Dataset, Group};

use crate::dataset::{Content, Mismatch, content, extent};
use crate::{Features, Rows};

/// A dataset of an entry, (N, ...), that the file has room for.
pub(crate) struct Part {
    dataset: Dataset,
    shape: Vec<usize>,
    file_length: u64,
    /// Bytes in the file.
    pub(crate) stored: u64,
}

impl Part {
    pub(crate) fn open(entry: &Group, name: &str, file_length: u64) -> Result<Self, Mismatch> {
        let dataset = entry.dataset(name)?;
        let (shape, stored) = extent(&dataset, file_length)?;
        Ok(Self { dataset, shape, file_length, stored })
    }

    /// Start and end of each row, (N, 2).
    pub(crate) fn intervals(&self) -> Result<Vec<[f64; 2]>, Mismatch> {
        let &[rows, 2] = self.shape.as_slice() else {
            return Err(Mismatch::new("shape [N, 2], start and end in seconds", format!("shape {:?}", self.shape)));
        };
        let values = match content(&self.dataset, self.file_length)? {
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

    /// Features of so many rows.
    pub(crate) fn features(&self, rows: usize) -> Result<Features, Mismatch> {
        if self.shape[0] != rows {
            let got = format!("{} rows", self.shape[0]);
            return Err(Mismatch::new(format!("{rows} rows, as many as intervals"), got));
        }
        if self.shape.contains(&0) && rows > 0 {
            return Err(Mismatch::new("one column or more", "none"));
        }
        let shape = self.shape[1..].to_vec();
        let features = match content(&self.dataset, self.file_length)? {
            Content::F32(values) => Features::F32(Rows { shape, values }),
            Content::F64(values) => Features::F64(Rows { shape, values }),
            Content::Texts(values) => Features::Texts(Rows { shape, values }),
        };
        if features.rows() != rows {
            return Err(Mismatch::new(format!("{rows} rows of data"), format!("{} rows", features.rows())));
        }
        Ok(features)
    }
}
