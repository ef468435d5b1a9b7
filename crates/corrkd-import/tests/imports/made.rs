//! A `.npz` with a fold's arrays under `FOLD_FIELD`, as `numpy.savez` writes it.

use corrkd_data::{Dataset, Trust, load, unseen};
use corrkd_import::{Choices, ImportError, Report, import};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The arrays of a file: name -> `.npy`.
pub(crate) struct Made {
    arrays: BTreeMap<String, Vec<u8>>,
}

/// What became of a file: the folder it was imported into, and the report.
pub(crate) struct Imported {
    folder: TempDir,
    pub(crate) report: Report,
}

impl Made {
    /// Samples in three folds of as many, without labels: four frames each, two columns of each modality, no two alike.
    /// A video has three samples, but the last of a fold perhaps.
    pub(crate) fn new(counts: [usize; 3]) -> Self {
        let mut made = Self { arrays: BTreeMap::new() };
        for (fold, count) in ["train", "valid", "test"].into_iter().zip(counts) {
            for (number, modality) in ["text", "audio", "vision"].into_iter().enumerate() {
                let values: Vec<f32> = (0..count * 8).map(|k| (k * (2 * number + 3) % 17) as f32 - 8.5).collect();
                made = made.floats(&format!("{fold}_{modality}"), &[count, 4, 2], &values);
            }
            let ids: Vec<String> = (0..count).map(|k| format!("{fold}{}[{}]", k / 3, k % 3)).collect();
            made = made.texts(&format!("{fold}_id"), &ids);
        }
        made
    }

    /// The same with these labels, (N), after one another in all folds.
    pub(crate) fn labelled(self, counts: [usize; 3], values: &[f64]) -> Self {
        self.with_columns(counts, &values.iter().map(|&value| vec![value]).collect::<Vec<_>>())
    }

    /// The same with rows of labels, (N) if they have one column, else (N, C).
    pub(crate) fn with_columns(mut self, counts: [usize; 3], rows: &[Vec<f64>]) -> Self {
        let mut start = 0;
        for (fold, count) in ["train", "valid", "test"].into_iter().zip(counts) {
            let some = &rows[start..start + count];
            start += count;
            let width = rows.first().map_or(1, Vec::len);
            let shape = if width == 1 { vec![count] } else { vec![count, width] };
            self = self.doubles(&format!("{fold}_labels"), &shape, &some.concat());
        }
        self
    }

    pub(crate) fn floats(self, name: &str, shape: &[usize], values: &[f32]) -> Self {
        self.array(name, "<f4", shape, values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    pub(crate) fn doubles(self, name: &str, shape: &[usize], values: &[f64]) -> Self {
        self.array(name, "<f8", shape, values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    pub(crate) fn integers(self, name: &str, values: &[i64]) -> Self {
        self.array(name, "<i8", &[values.len()], values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    pub(crate) fn texts(self, name: &str, texts: &[String]) -> Self {
        let width = texts.iter().map(String::len).max().unwrap_or(0).max(1);
        let bytes = texts.iter().flat_map(|text| text.bytes().chain(std::iter::repeat(0)).take(width)).collect();
        self.array(name, &format!("|S{width}"), &[texts.len()], bytes)
    }

    /// Without an array.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.arrays.remove(name).unwrap();
        self
    }

    pub(crate) fn array(mut self, name: &str, dtype: &str, shape: &[usize], bytes: Vec<u8>) -> Self {
        let shape: String = shape.iter().map(|axis| format!("{axis},")).collect();
        let header = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({shape}), }}");
        let header = format!("{header:<117}\n");
        let length = u16::try_from(header.len()).unwrap().to_le_bytes();
        self.arrays.insert(name.to_owned(), [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &bytes].concat());
        self
    }

    fn write(&self, path: &Path) {
        let mut archive = ZipWriter::new(std::fs::File::create(path).unwrap());
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in &self.arrays {
            archive.start_file(format!("{name}.npy"), stored).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap();
    }

    /// Writes the arrays into files of their own; `/` stands between the two parts of a name instead of the first `_`.
    pub(crate) fn write_apart(&self, folder: &Path, nested: bool) {
        for (name, bytes) in &self.arrays {
            let path = folder.join(format!("{}.npy", if nested { name.replacen('_', "/", 1) } else { name.clone() }));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// Imports the file.
    pub(crate) fn import(&self, choices: &Choices) -> Result<Imported, ImportError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made.npz");
        self.write(&file);
        let report = import(&file, &folder.path().join("out"), choices, &unseen);
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, if report.is_ok() { 2 } else { 1 }, "nothing but the file and the whole folder");
        Ok(Imported { report: report?, folder })
    }

    /// The refusal of an import, with all these parts in its message.
    pub(crate) fn refused(&self, choices: &Choices, parts: &[&str]) -> String {
        let Err(error) = self.import(choices) else { panic!("imported, expected {parts:?}") };
        let message = error.to_string();
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
        message
    }
}

impl Imported {
    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn recipe(&self) -> toml::Table {
        toml::from_str(&std::fs::read_to_string(self.out().join("recipe.toml")).unwrap()).unwrap()
    }

    /// What the program makes of it.
    pub(crate) fn load(&self) -> Dataset {
        self.load_fold(None).unwrap()
    }

    pub(crate) fn load_fold(&self, fold: Option<corrkd_config::CrossFold>) -> Result<Dataset, corrkd_data::DataError> {
        let name = self.out().join("recipe.toml").to_str().unwrap().to_owned();
        let dataset = corrkd_config::DatasetRef { name, size: None, fold };
        load(&dataset, Some(&self.out()), &self.folder.path().join("cache"), Trust::Read, &unseen)
    }

    /// Whether the report has a line.
    pub(crate) fn told(&self, line: &str) -> bool {
        self.report.to_string().lines().any(|other| other == line)
    }
}
