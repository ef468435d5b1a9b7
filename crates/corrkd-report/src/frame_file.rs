//! Frames as files.

use crate::ReportError;
use corrkd_system::cell;
use polars::prelude::{Column, DataFrame, DataType};
use polars_io::SerWriter;
use polars_io::csv::write::CsvWriter;
use polars_io::parquet::write::ParquetWriter;

/// A frame as CSV, with a header; no text in it is a formula.
pub(crate) fn csv(frame: &DataFrame) -> Result<Vec<u8>, ReportError> {
    let mut frame = frame.clone();
    let texts: Vec<String> = frame
        .columns()
        .iter()
        .filter(|column| *column.dtype() == DataType::String)
        .map(|column| column.name().to_string())
        .collect();
    for name in texts {
        let cells: Vec<Option<String>> =
            frame.column(&name)?.str()?.iter().map(|text| text.map(|text| cell(text).into_owned())).collect();
        frame.with_column(Column::new(name.into(), cells))?;
    }
    let mut bytes = Vec::new();
    CsvWriter::new(&mut bytes).finish(&mut frame)?;
    Ok(bytes)
}

/// A frame as Parquet.
pub(crate) fn parquet(frame: &DataFrame) -> Result<Vec<u8>, ReportError> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame.clone())?;
    Ok(bytes)
}
