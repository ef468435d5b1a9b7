//! Answers as rows of a file, whose ending says its format: CSV, JSON lines or Parquet. It appears when it is whole.
//!
//! Columns of CSV and Parquet: `id`, `category`; `score` where the task has one; `p_NAME` for each probability; `missing`, the
//! modalities of which no frame was there; and for each modality the share of its frames that were, `present_language` and so
//! on.

use crate::failure::Failure;
use anyhow::anyhow;
use corrkd_config::{Exit, Modality};
use corrkd_predict::Answered;
use corrkd_report::{Cell, Kind, ParquetRows};
use corrkd_system::{WholeFile, cell, parent, sweep};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Rows that a Parquet file is written by.
const GROUP: usize = 1 << 14;

/// A file of answers.
pub(super) struct Rows {
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    /// Whether the header is written.
    Csv(Box<csv::Writer<WholeFile>>, bool),
    Lines(BufWriter<WholeFile>),
    /// The table when its first row is known, and the rows that wait.
    Parquet {
        file: WholeFile,
        table: Option<Box<ParquetRows<File>>>,
        waiting: Vec<Vec<Cell>>,
    },
}

impl Rows {
    /// Starts a file.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        sweep(parent(path));
        let file = || WholeFile::create(path).map_err(refused(path));
        let sink = match ending.as_deref() {
            Some("csv") => Sink::Csv(Box::new(csv::Writer::from_writer(file()?)), false),
            Some("jsonl" | "ndjson") => Sink::Lines(BufWriter::new(file()?)),
            Some("parquet") => Sink::Parquet { file: file()?, table: None, waiting: Vec::new() },
            _ => {
                let error =
                    anyhow!("--out {}: expected a name ending in .csv, .jsonl or .parquet, or `-`", path.display());
                return Err(Failure { exit: Exit::Input, error });
            }
        };
        Ok(Self { path: path.to_owned(), sink })
    }

    /// Adds an answer.
    pub(super) fn add(&mut self, answered: &Answered) -> Result<(), Failure> {
        let refused = refused(&self.path);
        match &mut self.sink {
            Sink::Csv(writer, begun) => {
                if !std::mem::replace(begun, true) {
                    let names = columns(answered).into_iter().map(|(name, ..)| name);
                    writer.write_record(names).map_err(|error| refused(error.into()))?;
                }
                let texts = columns(answered).into_iter().map(|(.., value)| match value {
                    Cell::Text(text) => cell(&text).into_owned(),
                    Cell::Number(number) => format!("{number:?}"),
                });
                writer.write_record(texts).map_err(|error| refused(error.into()))
            }
            Sink::Lines(writer) => {
                let line = serde_json::to_string(answered)?;
                writeln!(writer, "{line}").map_err(refused)
            }
            Sink::Parquet { file, table, waiting } => {
                if table.is_none() {
                    let out = File::options().write(true).open(file.path()).map_err(refused)?;
                    let kinds = columns(answered).into_iter().map(|(name, kind, _)| (name, kind));
                    *table = Some(Box::new(ParquetRows::new(out, kinds.collect())?));
                }
                waiting.push(columns(answered).into_iter().map(|(.., value)| value).collect());
                match table {
                    Some(table) if waiting.len() >= GROUP => Ok(table.write(&std::mem::take(waiting))?),
                    _ => Ok(()),
                }
            }
        }
    }

    /// Gives the file its name.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let refused = refused(&self.path);
        let file = match self.sink {
            Sink::Csv(writer, _) => writer.into_inner().map_err(|error| refused(error.into_error()))?,
            Sink::Lines(writer) => writer.into_inner().map_err(|error| refused(error.into_error()))?,
            Sink::Parquet { file, table, waiting } => {
                if let Some(mut table) = table {
                    table.write(&waiting)?;
                    table.finish()?;
                }
                file
            }
        };
        file.publish().map_err(refused)
    }
}

/// The columns of an answer.
fn columns(answered: &Answered) -> Vec<(String, Kind, Cell)> {
    let text = |name: &str, text: String| (name.to_owned(), Kind::Text, Cell::Text(text));
    let number = |name: String, number: f32| (name, Kind::Number, Cell::Number(number));
    let missing: Vec<&str> = answered.missing.iter().map(|m| m.name()).collect();
    let mut columns = vec![text("id", answered.id.clone()), text("category", answered.category.clone())];
    columns.extend(answered.score.map(|score| number("score".to_owned(), score)));
    columns.extend(answered.probabilities.iter().map(|(name, p)| number(format!("p_{name}"), *p)));
    columns.push(text("missing", missing.join(" ")));
    columns.extend(Modality::ALL.into_iter().map(|m| number(format!("present_{m}"), *answered.present.get(m))));
    columns
}

/// The system does not let the file be written.
fn refused(path: &Path) -> impl Fn(std::io::Error) -> Failure + Copy + '_ {
    move |cause| Failure { exit: Exit::Input, error: anyhow!("{}: {cause}", path.display()) }
}
