//! A Parquet file of rows that come in parts, each a row group.

use crate::ProtocolError;
use crate::error::failed;
use polars::error::PolarsError;
use polars::prelude::{Column, DataFrame, IntoColumn, ListBooleanChunkedBuilder, ListBuilderTrait};
use polars_io::parquet::write::{BatchedWriter, ParquetWriter};
use std::fs::File;
use std::path::{Path, PathBuf};

/// A file in the making. Its columns are those of its first part.
pub(crate) struct TableFile {
    path: PathBuf,
    writer: Option<BatchedWriter<File>>,
}

impl TableFile {
    /// Begins one.
    pub(crate) fn create(path: &Path) -> Self {
        Self { path: path.to_owned(), writer: None }
    }

    /// Adds rows, in columns of the same length.
    pub(crate) fn write(&mut self, columns: Vec<Column>) -> Result<(), ProtocolError> {
        let rows = columns.first().map_or(0, Column::len);
        let frame = DataFrame::new(rows, columns).map_err(self.failed())?;
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => {
                let file = File::create(&self.path).map_err(failed(&self.path))?;
                ParquetWriter::new(file).batched(frame.schema()).map_err(self.failed())?
            }
        };
        writer.write_batch(&frame).map_err(self.failed())?;
        self.writer = Some(writer);
        Ok(())
    }

    /// Ends it.
    pub(crate) fn finish(self) -> Result<(), ProtocolError> {
        let finished = self.writer.as_ref().map_or(Ok(0), BatchedWriter::finish);
        finished.map(drop).map_err(self.failed())
    }

    fn failed(&self) -> impl Fn(PolarsError) -> ProtocolError {
        let path = self.path.clone();
        move |cause| ProtocolError::Table { path: path.clone(), cause }
    }
}

/// A column of lists: for each sample whether its frames are present, as many as it has.
pub(crate) fn present<'a>(name: &str, samples: impl ExactSizeIterator<Item = &'a [bool]>) -> Column {
    let mut lists = ListBooleanChunkedBuilder::new(name.into(), samples.len(), 0);
    for present in samples {
        lists.append_iter(present.iter().map(|&present| Some(present)));
    }
    lists.finish().into_column()
}
