//! The frames of one sample and modality in a file: `.npy`, (T, D) or (D) or (1, T, D), or a table as text with a row for
//! each frame.
//! A frame of a table in which no face was found holds no data, and becomes NaN.

use corrkd_numpy::{Document, Numbers};
use std::path::{Path, PathBuf};

use super::columns::Columns;
use super::table_frames::TableFrames;
use crate::ImportError;
use crate::layout::refused::described;

/// Where a sample's frames are, and which of its columns are features.
pub(crate) struct FrameFile {
    path: PathBuf,
    rows: usize,
    width: usize,
    form: Form,
}

enum Form {
    Npy {
        double: bool,
    },
    /// The columns that are features, and that of `success`.
    Table {
        columns: Vec<usize>,
        success: Option<usize>,
    },
}

/// Opens the files of a modality; a line says what they are.
pub(super) fn open(paths: Vec<Option<PathBuf>>) -> Result<(Vec<Option<FrameFile>>, String), ImportError> {
    let is_npy = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("npy"));
    let mut leading = Columns::default();
    let mut files = Vec::new();
    for path in paths {
        let Some(path) = path else {
            files.push(None);
            continue;
        };
        if is_npy(&path) {
            files.push(Some(npy(path)?));
            continue;
        }
        let frames = TableFrames::read(&path)?;
        if frames.width > 0 {
            leading.see(&path, &frames)?;
        }
        let (rows, form) = (frames.rows(), Form::Table { columns: Vec::new(), success: None });
        files.push(Some(FrameFile { path, rows, width: frames.width, form }));
    }
    let left_out = leading.left_out();
    for file in files.iter_mut().flatten() {
        if let Form::Table { columns, success } = &mut file.form {
            *columns = (0..file.width).filter(|column| !left_out.contains(column)).collect();
            *success = leading.success();
            file.width = columns.len();
        }
    }
    let filled = || files.iter().flatten().filter(|file| file.rows > 0);
    if let Some(first) = filled().next()
        && let Some(other) = filled().find(|file| file.width != first.width || file.width == 0)
    {
        let expected = format!("{} columns of features as in {}", first.width.max(1), first.path.display());
        return Err(other.wrong("columns", expected, other.width.to_string()));
    }
    let kind = |npy: bool| files.iter().flatten().filter(|file| is_npy(&file.path) == npy).count();
    let kinds = [(kind(true), "arrays"), (kind(false), "tables")];
    let kinds: Vec<String> = kinds.iter().filter(|(n, _)| *n > 0).map(|(n, kind)| format!("{n} {kind}")).collect();
    let mut line = kinds.join(", ");
    let absent = files.len() - filled().count();
    if absent > 0 {
        line.push_str(&format!("; none, or no frames, for {absent} samples"));
    }
    if !left_out.is_empty() {
        line.push_str(&format!("; no features, left out: {}", leading.names(&left_out).join(", ")));
    }
    if leading.success().is_some() {
        line.push_str("; frames without success hold no data");
    }
    Ok((files, line))
}

/// An array's file. Only its header is read.
fn npy(path: PathBuf) -> Result<FrameFile, ImportError> {
    let document = Document::open(&path)?;
    let array = document.root().array().filter(|array| array.dtype().is_numeric());
    let shape = array.map(|array| array.shape().to_vec());
    let (rows, width) = match shape.as_deref() {
        Some(&[width]) => (usize::from(width > 0), width),
        Some(&[rows, width] | &[1, rows, width]) => (rows, width),
        _ => {
            let got = described(document.root());
            let expected = "numbers of one sample, (T, D) or (D)".to_owned();
            return Err(ImportError::Field { path, field: "array".to_owned(), expected, got });
        }
    };
    let double = array.is_some_and(|array| !array.dtype().fits_single());
    Ok(FrameFile { rows: if width > 0 { rows } else { 0 }, width, form: Form::Npy { double }, path })
}

impl FrameFile {
    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) const fn is_double(&self) -> bool {
        match self.form {
            Form::Npy { double } => double,
            Form::Table { .. } => true,
        }
    }

    fn wrong(&self, field: &str, expected: String, got: String) -> ImportError {
        ImportError::Field { path: self.path.clone(), field: field.to_owned(), expected, got }
    }

    /// Reads the frames, T rows of D numbers.
    pub(super) fn read(&self) -> Result<Numbers, ImportError> {
        let numbers = match &self.form {
            Form::Npy { .. } => {
                let document = Document::open(&self.path)?;
                let numbers = document.root().array().map(|array| array.numbers()).transpose()?.flatten();
                numbers.unwrap_or(Numbers::Single(Vec::new()))
            }
            Form::Table { columns, success } => {
                let frames = TableFrames::read(&self.path)?;
                let rows = frames.values.chunks_exact(frames.width.max(1));
                let values = rows.flat_map(|row| {
                    let found = success.is_none_or(|column| row[column] != 0.0);
                    columns.iter().map(move |&column| if found { row[column] } else { f64::NAN })
                });
                Numbers::Double(values.collect())
            }
        };
        let values = match &numbers {
            Numbers::Single(values) => values.len(),
            Numbers::Double(values) => values.len(),
        };
        // The file may have changed since it was opened.
        if values != self.rows * self.width {
            let expected = format!("{} values as before", self.rows * self.width);
            return Err(self.wrong("values", expected, values.to_string()));
        }
        Ok(numbers)
    }
}
