//! A table as Parquet that is written some rows at a time, for more rows than memory should hold.

use crate::ReportError;
use polars::prelude::{Column, DataFrame, DataType, Field, Schema};
use polars_io::parquet::write::{BatchedWriter, ParquetWriter};
use std::io::Write;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Texts.
    Text,
    /// 32-bit numbers.
    Number,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number.
    Number(f32),
}

/// A table on its way into a file.
pub struct ParquetRows<W: Write> {
    columns: Vec<(String, Kind)>,
    writer: BatchedWriter<W>,
}

impl<W: Write> ParquetRows<W> {
    /// Starts a table of these columns.
    ///
    /// # Errors
    /// [`ReportError::Frame`].
    pub fn new(out: W, columns: Vec<(String, Kind)>) -> Result<Self, ReportError> {
        let field = |(name, kind): &(String, Kind)| {
            Field::new(name.as_str().into(), if *kind == Kind::Text { DataType::String } else { DataType::Float32 })
        };
        let schema: Schema = columns.iter().map(field).collect();
        Ok(Self { columns, writer: ParquetWriter::new(out).batched(&schema)? })
    }

    /// Writes rows, each of a cell for every column in order; a cell of another kind than its column is empty.
    ///
    /// # Errors
    /// [`ReportError::Frame`].
    pub fn write(&mut self, rows: &[Vec<Cell>]) -> Result<(), ReportError> {
        let column = |(place, (name, kind)): (usize, &(String, Kind))| {
            let cells = rows.iter().map(|row| row.get(place));
            let text = |cell: Option<&Cell>| if let Some(Cell::Text(text)) = cell { Some(text.clone()) } else { None };
            let number = |cell: Option<&Cell>| if let Some(Cell::Number(number)) = cell { Some(*number) } else { None };
            match kind {
                Kind::Text => Column::new(name.as_str().into(), cells.map(text).collect::<Vec<_>>()),
                Kind::Number => Column::new(name.as_str().into(), cells.map(number).collect::<Vec<_>>()),
            }
        };
        let frame = DataFrame::new(rows.len(), self.columns.iter().enumerate().map(column).collect())?;
        Ok(self.writer.write_batch(&frame)?)
    }

    /// Ends the table.
    ///
    /// # Errors
    /// [`ReportError::Frame`].
    pub fn finish(self) -> Result<(), ReportError> {
        self.writer.finish()?;
        Ok(())
    }
}
