//! One HDF5 dataset, read only after its stated size has been held against the file's.
//!
//! A damaged header can state any shape, and reading it would allocate that much. What a dataset may hold is bounded
//! by the file's length: exactly where it is stored as it is, and by deflate's best ratio where it is compressed.

use hdf5::{DType, Dataset, VlenStringReadOptions};

/// Deflate codes at most 258 bytes in two bits: a ratio of 1032.
const DEFLATE_RATIO: u64 = 1032;
/// No entry is larger: an hour of f64 COVAREP frames at 100 Hz takes 0.2 GiB.
const LIMIT: u64 = 8 << 30;

/// What a dataset holds, flattened behind its first axis.
pub(crate) enum Content {
    F32(Vec<f32>),
    F64(Vec<f64>),
    Texts(Vec<String>),
}

/// What was expected and what was found instead.
pub(crate) struct Mismatch {
    pub(crate) expected: String,
    pub(crate) got: String,
}

impl Mismatch {
    pub(crate) fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { expected: expected.into(), got: got.into() }
    }
}

impl From<hdf5::Error> for Mismatch {
    fn from(error: hdf5::Error) -> Self {
        Self::new("a readable dataset", error.to_string())
    }
}

/// A dataset's shape, rows first.
///
/// Refuses ranks below two, and sizes that a file of `file_length` bytes cannot hold.
pub(crate) fn extent(dataset: &Dataset, file_length: u64) -> Result<Vec<usize>, Mismatch> {
    let shape = dataset.shape()?;
    if shape.len() < 2 {
        return Err(Mismatch::new("two axes or more, rows first", format!("shape {shape:?}")));
    }
    bounded(dataset, &shape, file_length)?;
    shape
        .iter()
        .map(|&axis| usize::try_from(axis))
        .collect::<Result<_, _>>()
        .map_err(|_| Mismatch::new("a shape within this machine's range", format!("shape {shape:?}")))
}

/// Refuses a shape, or a chunk's shape, that the file cannot hold.
fn bounded(dataset: &Dataset, shape: &[u64], file_length: u64) -> Result<(), Mismatch> {
    let element = dataset.element_size()?;
    let compressed = !dataset.filters().is_empty();
    let limit = if compressed { file_length.saturating_mul(DEFLATE_RATIO).min(LIMIT) } else { file_length };
    let chunk = dataset.chunk_shape()?.unwrap_or_default();
    for (what, axes, limit) in [("data", shape, limit), ("one chunk", &chunk, LIMIT)] {
        let bytes = axes.iter().try_fold(element, |product, &axis| product.checked_mul(axis));
        if !axes.is_empty() && bytes.is_none_or(|bytes| bytes > limit) {
            let expected = format!("at most {limit} bytes for {what}, the file having {file_length}");
            return Err(Mismatch::new(expected, format!("shape {axes:?} of {element} bytes each")));
        }
    }
    Ok(())
}

/// All elements: texts, f32 for f32, and f64 for every other number.
pub(crate) fn content(dataset: &Dataset) -> Result<Content, Mismatch> {
    let kind = dataset.dtype()?;
    Ok(match kind {
        DType::String => Content::Texts(dataset.read_string()?),
        DType::VariableLengthString => {
            let options = VlenStringReadOptions::new().with_max_payload_bytes(LIMIT as usize);
            Content::Texts(dataset.read_vlen_strings(options)?)
        }
        DType::F32 => Content::F32(dataset.read_f32()?),
        DType::F64
        | DType::I8
        | DType::I16
        | DType::I32
        | DType::I64
        | DType::U8
        | DType::U16
        | DType::U32
        | DType::U64 => Content::F64(dataset.read_f64()?),
        other => return Err(Mismatch::new("numbers or texts", other.to_string())),
    })
}
