//! CSV files under a header that is known: written in one go, read line by line.

use crate::digest::hash;
use crate::{RecordError, replace};
use corrkd_system::{from_cell, read};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// More than the predictions of any run have.
const LIMIT: u64 = 1 << 31;

/// A number as records hold them.
struct Finite(f32);

impl FromStr for Finite {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse().ok().filter(|number: &f32| number.is_finite()).map(Self).ok_or(())
    }
}

/// Writes a header and lines of as many cells, replacing the file at once; their hash.
pub(crate) fn write(
    path: &Path,
    header: Vec<String>,
    lines: impl Iterator<Item = Vec<String>>,
) -> Result<String, RecordError> {
    let failed = |e: csv::Error| RecordError::damaged(path, e);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(failed)?;
    for line in lines {
        writer.write_record(line).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|e| RecordError::damaged(path, e))?;
    replace(path, &bytes)?;
    Ok(hash(&bytes))
}

/// A file whose header is read.
pub(crate) struct Lines {
    path: PathBuf,
    reader: csv::Reader<Cursor<Vec<u8>>>,
    /// The columns' names.
    pub(crate) header: Vec<String>,
}

/// One line of it.
pub(crate) struct Line<'a> {
    path: &'a Path,
    cells: csv::StringRecord,
}

impl Lines {
    /// Opens a file whose bytes have the hash `expected`.
    pub(crate) fn open(path: &Path, expected: &str) -> Result<Self, RecordError> {
        let bytes = read(path, LIMIT).map_err(RecordError::read(path))?;
        if hash(&bytes) != expected {
            return Err(RecordError::damaged(path, "its hash is not the one that the run's result names"));
        }
        let mut reader = csv::Reader::from_reader(Cursor::new(bytes));
        let header = reader.headers().map_err(|e| RecordError::damaged(path, e))?.iter().map(str::to_owned).collect();
        Ok(Self { path: path.to_owned(), reader, header })
    }

    /// Reads all lines, if the header is the expected one.
    pub(crate) fn read<T>(
        mut self,
        expected: &[String],
        value: impl Fn(&Line) -> Result<T, RecordError>,
    ) -> Result<Vec<T>, RecordError> {
        let path = self.path.as_path();
        if self.header != expected {
            let reason = format!("its columns are {}, expected {}", self.header.join(","), expected.join(","));
            return Err(RecordError::damaged(path, reason));
        }
        let line = |cells: csv::Result<csv::StringRecord>| {
            value(&Line { path, cells: cells.map_err(|e| RecordError::damaged(path, e))? })
        };
        self.reader.records().map(line).collect()
    }
}

impl Line<'_> {
    /// A cell's text.
    pub(crate) fn text(&self, column: usize) -> String {
        from_cell(&self.cells[column]).to_owned()
    }

    /// A cell's value; `what` says what it should be, such as `a number`.
    pub(crate) fn value<T: FromStr>(&self, column: usize, what: &str) -> Result<T, RecordError> {
        self.cells[column].parse().map_err(|_| {
            let line = self.cells.position().map_or(0, csv::Position::line);
            RecordError::damaged(self.path, format!("line {line}: `{}` is not {what}", &self.cells[column]))
        })
    }

    /// A cell's number, which is finite.
    pub(crate) fn number(&self, column: usize) -> Result<f32, RecordError> {
        self.value::<Finite>(column, "a finite number").map(|Finite(number)| number)
    }
}
