//! Writing: the SDK's layout (SDK `file_ops.py`, `write_CSD`), shuffled and gzipped chunks, metadata as JSON texts.
//!
//! The same sequence always gives the same bytes: names go in order and nothing records a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hdf5::{DatasetBuilder, FileBuilder, GroupBuilder};
use serde_json::Value;

use crate::{CsdError, Entry, Features, Rows, Sequence, metadata};

/// Bytes of one chunk, about.
const CHUNK: usize = 1 << 18;
/// Levels above cost time and gain nothing on features.
const GZIP: u32 = 4;

/// Collects a sequence's entries one at a time and writes the file at the end.
pub struct Writer {
    file: FileBuilder,
    root: GroupBuilder,
    data: GroupBuilder,
}

/// Writes a whole sequence. A metadata key `root name` is added where it is absent, since the SDK cannot load a
/// sequence without it.
///
/// # Errors
/// As [`Writer::add`] and [`Writer::finish`].
pub fn write(path: &Path, sequence: &Sequence) -> Result<(), CsdError> {
    let mut writer = Writer::new(&sequence.root, &sequence.metadata);
    for (id, entry) in &sequence.entries {
        writer.add(id, entry)?;
    }
    writer.finish(path)
}

impl Writer {
    /// Starts a sequence without entries; `root name` is added to the metadata where it is absent.
    #[must_use]
    pub fn new(root: &str, metadata: &BTreeMap<String, Value>) -> Self {
        let mut file = FileBuilder::new();
        let mut group = file.create_group(root);
        let mut texts: BTreeMap<&str, String> =
            metadata.iter().map(|(key, value)| (key.as_str(), metadata::encode(value))).collect();
        texts.entry(metadata::ROOT_NAME).or_insert_with(|| metadata::encode(&Value::from(root)));
        let mut records = group.create_group("metadata");
        for (key, text) in texts {
            records.create_dataset(key).with_vlen_strings(&[&text]).with_shape(&[1]);
        }
        group.add_group(records.finish());
        let data = group.create_group("data");
        Self { file, root: group, data }
    }

    /// Adds an entry, whose id must be new.
    ///
    /// # Errors
    /// [`CsdError::Unwritable`] where rows disagree in number, features have no columns, or a text holds a zero byte,
    /// which ends texts in files.
    pub fn add(&mut self, id: &str, entry: &Entry) -> Result<(), CsdError> {
        let refuse = |expected: String, got: String| Err(CsdError::Unwritable { id: id.to_owned(), expected, got });
        let rows = entry.intervals.len();
        let mut group = self.data.create_group(id);
        let (shape, width) = (entry.features.shape(), entry.features.width());
        let values = match &entry.features {
            Features::F32(rows) => rows.values.len(),
            Features::F64(rows) => rows.values.len(),
            Features::Texts(rows) => rows.values.len(),
        };
        if width == 0 || rows.checked_mul(width) != Some(values) {
            return refuse(format!("{rows} rows of {width} (at least 1) values"), values.to_string());
        }
        let mut features = group.create_dataset("features");
        match &entry.features {
            Features::F32(rows) => layout(features.with_f32_data(&rows.values), rows.len(), shape, 4),
            Features::F64(rows) => layout(features.with_f64_data(&rows.values), rows.len(), shape, 8),
            Features::Texts(Rows { values, .. }) => {
                if let Some(text) = values.iter().find(|text| text.contains('\0')) {
                    return refuse("texts without zero bytes".into(), format!("{text:?}"));
                }
                let bytes = values.iter().map(String::len).max().unwrap_or(1).max(1);
                let texts: Vec<&str> = values.iter().map(String::as_str).collect();
                features = match features.with_strings(&texts) {
                    Ok(features) => features,
                    Err(error) => return refuse("texts that fit a column".into(), error.to_string()),
                };
                layout(features, rows, shape, bytes);
            }
        }
        let dataset = group.create_dataset("intervals").with_f64_data(entry.intervals.as_flattened());
        layout(dataset, rows, &[2], 8);
        self.data.add_group(group.finish());
        Ok(())
    }

    /// Writes the file under a temporary name beside `path`, then renames it.
    ///
    /// # Errors
    /// [`CsdError::Io`], or [`CsdError::Write`] such as for an id that is empty, repeated or contains `/`.
    pub fn finish(mut self, path: &Path) -> Result<(), CsdError> {
        self.root.add_group(self.data.finish());
        self.file.add_group(self.root.finish());
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let partial = path.with_file_name(name);
        let written = match self.file.write(&partial) {
            Ok(()) => fs::rename(&partial, path).map_err(|cause| CsdError::Io { path: path.to_owned(), cause }),
            Err(hdf5::Error::Io(cause)) => Err(CsdError::Io { path: path.to_owned(), cause }),
            Err(error) => Err(CsdError::Write { path: path.to_owned(), reason: error.to_string() }),
        };
        if written.is_err() {
            // The error worth telling is the first one.
            let _ = fs::remove_file(&partial);
        }
        written
    }
}

/// Shape (rows, shape...) in chunks of whole rows; an entry without rows is left unchunked.
fn layout(dataset: &mut DatasetBuilder, rows: usize, shape: &[usize], value_bytes: usize) {
    let axes =
        |rows: usize| -> Vec<u64> { std::iter::once(rows).chain(shape.iter().copied()).map(|n| n as u64).collect() };
    dataset.with_shape(&axes(rows));
    if rows > 0 {
        let row_bytes = shape.iter().product::<usize>() * value_bytes;
        dataset.with_chunks(&axes((CHUNK / row_bytes).clamp(1, rows))).with_shuffle().with_deflate(GZIP);
    }
}
