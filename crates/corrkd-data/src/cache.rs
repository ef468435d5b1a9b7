//! The aligned cache: a data set's samples as one safetensors file, named by the data set's fingerprint.
//!
//! For each fold: frames of each modality one sample after another, (frames, D); lengths, labels and ids, (samples).
//! The file's metadata hold a hash of all that; a file that does not agree with it is made again, not trusted.

use corrkd_config::{Modality, PerModality};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::BTreeMap;
use std::path::Path;

use crate::{DataError, Dataset, Fold, Sample, Split};

/// The metadata key of the hash.
const HASH: &str = "blake3";
/// The tensor that holds the summary as JSON.
const SUMMARY: &str = "summary";

/// A named tensor's type, shape and little-endian bytes.
type Parts = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

/// The data set in `file`, whose name, widths, T and fingerprint are those of `expected`; `None` where the file is absent
/// or damaged.
pub(crate) fn read(file: &Path, expected: &Dataset) -> Option<Dataset> {
    let bytes = std::fs::read(file).ok()?;
    let (_, metadata) = SafeTensors::read_metadata(&bytes).ok()?;
    let stored = metadata.metadata().as_ref()?.get(HASH)?;
    let tensors = SafeTensors::deserialize(&bytes).ok()?;
    let mut views: Vec<(&str, TensorView<'_>)> = tensors.iter().collect();
    views.sort_by_key(|(name, _)| *name);
    if *stored != hash(views.iter().map(|(name, view)| (*name, view.dtype(), view.shape(), view.data()))) {
        return None;
    }
    let data = |name: String| tensors.tensor(&name).ok().map(|view| view.data().to_vec());
    let split = |fold: Fold| {
        let lengths: Vec<usize> =
            words(&data(format!("{fold}.lengths"))?).map(|w| u32::from_le_bytes(w) as usize).collect();
        let labels: Vec<f32> = words(&data(format!("{fold}.labels"))?).map(f32::from_le_bytes).collect();
        let ids = String::from_utf8(data(format!("{fold}.ids"))?).ok()?;
        let mut frames = PerModality::try_from_fn(|m| {
            let values: Vec<f32> = words(&data(format!("{fold}.{m}")).ok_or(())?).map(f32::from_le_bytes).collect();
            Ok::<_, ()>(values.into_iter())
        })
        .ok()?;
        let mut samples = Vec::with_capacity(lengths.len());
        for ((id, &label), &length) in ids.split('\n').zip(&labels).zip(&lengths) {
            let features =
                expected.widths.map(|m, width| frames.get_mut(m).by_ref().take(length * width).collect::<Vec<f32>>());
            samples.push(Sample { id: id.to_owned(), label, length, features });
        }
        Some(Split { samples })
    };
    let summary = serde_json::from_slice(&data(SUMMARY.to_owned())?).ok()?;
    let [train, valid, test] = [split(Fold::Train)?, split(Fold::Valid)?, split(Fold::Test)?];
    Some(Dataset { train, valid, test, summary, ..expected.clone() })
}

/// Writes a data set to `file`, by way of a temporary file beside it.
pub(crate) fn write(file: &Path, dataset: &Dataset) -> Result<(), DataError> {
    let io = |cause: std::io::Error| DataError::Io { path: file.to_owned(), cause };
    let folder = file.parent().unwrap_or(Path::new("."));
    let parts = parts(dataset).map_err(|e| io(e.into()))?;
    let digest = hash(parts.iter().map(|(name, (dtype, shape, data))| (name.as_str(), *dtype, &shape[..], &data[..])));
    let views = parts
        .iter()
        .map(|(name, (dtype, shape, data))| Ok((name, TensorView::new(*dtype, shape.clone(), data)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|e| io(std::io::Error::other(e)))?;
    let metadata = [(HASH.to_owned(), digest)].into_iter().collect();
    let bytes = safetensors::serialize(views, Some(metadata)).map_err(|e| io(std::io::Error::other(e)))?;
    std::fs::create_dir_all(folder).map_err(io)?;
    let unfinished = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    std::fs::write(unfinished.path(), bytes).map_err(io)?;
    unfinished.persist(file).map_err(|e| io(e.error))?;
    Ok(())
}

fn parts(dataset: &Dataset) -> serde_json::Result<Parts> {
    let mut parts = Parts::new();
    for fold in Fold::ALL {
        let samples = &dataset.split(fold).samples;
        let each = |f: &dyn Fn(&Sample) -> [u8; 4]| samples.iter().flat_map(f).collect::<Vec<u8>>();
        let count = vec![samples.len()];
        parts.insert(format!("{fold}.labels"), (Dtype::F32, count.clone(), each(&|s| s.label.to_le_bytes())));
        parts.insert(format!("{fold}.lengths"), (Dtype::U32, count, each(&|s| (s.length as u32).to_le_bytes())));
        let ids = samples.iter().map(|s| s.id.as_str()).collect::<Vec<_>>().join("\n").into_bytes();
        parts.insert(format!("{fold}.ids"), (Dtype::U8, vec![ids.len()], ids));
        for modality in Modality::ALL {
            let values = samples.iter().flat_map(|s| s.features.get(modality));
            let bytes: Vec<u8> = values.flat_map(|value| value.to_le_bytes()).collect();
            let width = *dataset.widths.get(modality);
            parts.insert(format!("{fold}.{modality}"), (Dtype::F32, vec![bytes.len() / 4 / width, width], bytes));
        }
    }
    let summary = serde_json::to_vec(&dataset.summary)?;
    parts.insert(SUMMARY.to_owned(), (Dtype::U8, vec![summary.len()], summary));
    Ok(parts)
}

/// BLAKE3 over each tensor's name, type, shape and bytes, in order of the names.
fn hash<'a>(tensors: impl Iterator<Item = (&'a str, Dtype, &'a [usize], &'a [u8])>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, dtype, shape, data) in tensors {
        hasher.update(format!("{name} {dtype:?} {shape:?} {}\n", data.len()).as_bytes()).update(data);
    }
    hasher.finalize().to_hex().to_string()
}

/// Four bytes at a time.
fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    bytes.chunks_exact(4).map(|word| [word[0], word[1], word[2], word[3]])
}
