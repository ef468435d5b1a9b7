//! Which columns of a modality's tables are features.
//!
//! Columns that tell when a frame was are none. With a header their names say so; without one, the first column is left out
//! if it goes up in equal steps in all files of the modality, and then the second if it does. Where OpenFace's `success` is
//! 0, no face was found.

use std::path::{Path, PathBuf};

use super::feature_names::{SUCCESS, is_no_feature};
use super::table::plain;
use super::table_frames::TableFrames;
use crate::ImportError;

/// Rows of a table of which it can be said that a column goes up in equal steps.
const STEPS: usize = 3;

/// The columns of a modality's tables.
#[derive(Default)]
pub(super) struct Columns {
    /// The first table's path and header.
    first: Option<(PathBuf, Option<Vec<String>>)>,
    /// Whether the first and the second column go up in equal steps in all tables so far; nothing before one was long enough.
    steady: [Option<bool>; 2],
}

impl Columns {
    /// Looks at one more table.
    ///
    /// # Errors
    /// [`ImportError::Field`] for another header than the first table's.
    pub(super) fn see(&mut self, path: &Path, frames: &TableFrames) -> Result<(), ImportError> {
        let (first, header) = self.first.get_or_insert_with(|| (path.to_owned(), frames.header.clone()));
        if *header != frames.header {
            let names = |header: &Option<Vec<String>>| header.as_ref().map_or("no header".to_owned(), |h| h.join(","));
            let (expected, got) = (format!("{} as in {}", names(header), first.display()), names(&frames.header));
            let (path, field) = (path.to_owned(), "line 1".to_owned());
            return Err(ImportError::Field { path, field, expected, got });
        }
        for (column, steady) in self.steady.iter_mut().enumerate() {
            if frames.rows() >= STEPS && column < frames.width {
                let values: Vec<f64> = frames.values.chunks_exact(frames.width).map(|row| row[column]).collect();
                *steady = Some(steady.unwrap_or(true) && is_steady(&values));
            }
        }
        Ok(())
    }

    fn header(&self) -> Option<&[String]> {
        self.first.as_ref()?.1.as_deref()
    }

    /// The columns that are no features.
    pub(super) fn left_out(&self) -> Vec<usize> {
        if let Some(header) = self.header() {
            return (0..header.len()).filter(|&column| is_no_feature(&header[column])).collect();
        }
        match self.steady {
            [Some(true), Some(true)] => vec![0, 1],
            [Some(true), _] => vec![0],
            _ => Vec::new(),
        }
    }

    /// That of `success`.
    pub(super) fn success(&self) -> Option<usize> {
        self.header()?.iter().position(|name| plain(name) == SUCCESS)
    }

    /// Names of columns for a message.
    pub(super) fn names(&self, columns: &[usize]) -> Vec<String> {
        let name = |&column: &usize| match self.header() {
            Some(header) => header[column].clone(),
            None => format!("column {} (goes up in equal steps)", column + 1),
        };
        columns.iter().map(name).collect()
    }
}

/// Whether values go up in equal steps, as far as they were not rounded.
fn is_steady(values: &[f64]) -> bool {
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return false };
    let step = (last - first) / (values.len() - 1) as f64;
    let near = |(number, value): (usize, &f64)| (value - (number as f64).mul_add(step, *first)).abs() <= 0.5 * step;
    step > 0.0 && step.is_finite() && values.iter().enumerate().all(near)
}
