//! One HDF5 dataset, read only after its stated size has been held against what the file stores of it.
//!
//! A damaged header can state any shape, and reading it would allocate that much. What a dataset may hold is bounded
//! by its bytes in the file: exactly where it is stored as it is, and by deflate's best ratio where it is compressed.

use hdf5::{
    Chunk, ChunkIndex, DType, Dataset, Datatype, DatatypeByteOrder, FloatingPointLayout, FormatError, Layout,
    VlenStringReadOptions,
};

/// Deflate codes at most 258 bytes in two bits: a ratio of 1032.
const DEFLATE_RATIO: u64 = 1032;
/// No dataset is larger in memory: an hour of f64 COVAREP frames at 100 Hz takes 0.2 GiB.
const LIMIT: u64 = 2 << 30;
/// What to do about what only newer versions of HDF5 write.
const OLDER: &str = "write the file again with h5py.File(..., libver='earliest')";
/// No dataset has more: an index of so many takes 100 MB.
const CHUNKS: u64 = 1 << 20;
/// Bytes that a text takes in memory beside its letters, about.
const TEXT: u64 = 48;

/// What a dataset holds, the last axis fastest.
pub enum Content {
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision; integers of any width are read as these.
    F64(Vec<f64>),
    /// Texts.
    Texts(Vec<String>),
}

impl Content {
    /// Number of items.
    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
            Self::Texts(texts) => texts.len(),
        }
    }
}

/// What was expected and what was found instead.
pub(crate) struct Mismatch {
    pub(crate) expected: String,
    pub(crate) got: String,
    /// What to do where the file is sound, but of a kind that cannot be read.
    pub(crate) remedy: Option<&'static str>,
}

impl Mismatch {
    pub(crate) fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { expected: expected.into(), got: got.into(), remedy: None }
    }
}

impl From<hdf5::Error> for Mismatch {
    fn from(error: hdf5::Error) -> Self {
        let remedy = match error {
            hdf5::Error::Format(FormatError::PathNotFound(_)) => return Self::new("a dataset of this name", "none"),
            // Chunks of HDF5 2.0's own making.
            hdf5::Error::Format(FormatError::InvalidLayoutVersion(5)) => Some(OLDER),
            hdf5::Error::Format(FormatError::UnsupportedFilter(_)) => {
                Some("write the file again with compression='gzip'")
            }
            _ => None,
        };
        Self { remedy, ..Self::new("a readable dataset", error.to_string()) }
    }
}

/// A dataset's shape, rows first, and its bytes in the file.
///
/// Refuses ranks below two, and sizes that the file does not hold.
pub(crate) fn extent(dataset: &Dataset, file_length: u64) -> Result<(Vec<usize>, u64), Mismatch> {
    let shape = dataset.shape()?;
    if shape.len() < 2 {
        return Err(Mismatch::new("two axes or more, rows first", format!("shape {shape:?}")));
    }
    let stored = bounded(dataset, &shape, file_length)?;
    match shape.iter().map(|&axis| usize::try_from(axis)).collect() {
        Ok(shape) => Ok((shape, stored)),
        Err(_) => Err(Mismatch::new("a shape within this machine's range", format!("shape {shape:?}"))),
    }
}

/// The dataset's bytes in the file. Refuses a shape, or a chunk's shape, that takes more than these.
pub(crate) fn bounded(dataset: &Dataset, shape: &[u64], file_length: u64) -> Result<u64, Mismatch> {
    let (element, kind) = (dataset.element_size()?, dataset.dtype()?);
    if shape.contains(&0) {
        return Ok(0);
    }
    let in_memory = match kind {
        DType::String | DType::VariableLengthString => element.saturating_add(TEXT),
        _ => element.max(size_of::<f64>() as u64),
    };
    holds("values in memory", shape, in_memory, LIMIT)?;
    let stored = match dataset.layout()? {
        Layout::Compact { size } => holds("values", shape, element, size)?,
        Layout::Contiguous { address: Some(_), .. } => holds("values", shape, element, file_length)?,
        // More than one growing axis.
        Layout::Chunked { index: ChunkIndex::BTreeV2, .. } => {
            return Err(Mismatch { remedy: Some(OLDER), ..Mismatch::new("", "chunks under a version 2 B-tree") });
        }
        Layout::Chunked { chunk_shape, .. } => chunked(dataset, shape, &chunk_shape, file_length)?,
        // Never written, or written to other files, which this crate will not open.
        _ => return Err(Mismatch::new("values in this file", "none: never written, or in another file")),
    };
    match kind {
        DType::VariableLengthString => Ok(stored.saturating_add(dataset.vlen_string_payload_size()?)),
        _ => Ok(stored),
    }
}

/// The bytes of a shape, where these are within a limit.
fn holds(what: &str, shape: &[u64], element: u64, limit: u64) -> Result<u64, Mismatch> {
    let bytes = shape.iter().try_fold(element, |product, &axis| product.checked_mul(axis));
    bytes.filter(|&bytes| bytes <= limit).ok_or_else(|| {
        let expected = format!("at most {limit} bytes for {what}, by the file's length");
        Mismatch::new(expected, format!("shape {shape:?} of {element} bytes each"))
    })
}

/// As [`bounded`] for a dataset in chunks.
fn chunked(dataset: &Dataset, shape: &[u64], chunk_shape: &[u64], file_length: u64) -> Result<u64, Mismatch> {
    let element = dataset.element_size()?;
    let edges = shape.iter().zip(chunk_shape);
    let grid = edges
        .map(|(&axis, &edge)| axis.div_ceil(edge.max(1)))
        .try_fold(1, u64::checked_mul)
        .filter(|&chunks| chunks <= CHUNKS)
        .ok_or_else(|| {
            let got = format!("chunks of {chunk_shape:?} in a shape of {shape:?}");
            Mismatch::new(format!("at most {CHUNKS} chunks"), got)
        })?;
    let chunks = dataset.chunks()?;
    let (mut all, mut largest) = (0u64, 0);
    for Chunk { address, storage_size, .. } in &chunks {
        all = all.saturating_add(*storage_size);
        largest = largest.max(*storage_size);
        if address.checked_add(*storage_size).is_none_or(|end| end > file_length) || all > file_length {
            let expected = format!("chunks within the file's {file_length} bytes");
            return Err(Mismatch::new(expected, format!("{storage_size} bytes at {address}, {all} together")));
        }
    }
    let ratio = if dataset.filters().is_empty() { 1 } else { DEFLATE_RATIO };
    holds("one chunk", chunk_shape, element, largest.saturating_mul(ratio).min(LIMIT))?;
    // Chunks that were never written are not in the file, but take memory all the same.
    if chunks.len() as u64 != grid {
        return holds("values", shape, element, file_length);
    }
    holds("values", shape, element, all.saturating_mul(ratio).min(LIMIT))?;
    Ok(all)
}

/// All elements: texts, f32 for f32 and f16, and f64 for every other number.
///
/// Bytes of a text that are not UTF-8 become U+FFFD.
pub(crate) fn content(dataset: &Dataset, file_length: u64) -> Result<Content, Mismatch> {
    Ok(match dataset.dtype()? {
        DType::String => Content::Texts(dataset.read_string()?),
        DType::VariableLengthString => {
            // Each text is in the file by itself, so all of them take no more than the file.
            let limit = usize::try_from(file_length.min(LIMIT)).unwrap_or(usize::MAX);
            let options = VlenStringReadOptions::new().with_max_payload_bytes(limit);
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
        // NumPy's truth values.
        DType::Enum(names) if names == ["FALSE", "TRUE"] && dataset.element_size()? == 1 => {
            Content::F64(dataset.read_raw()?.into_iter().map(f64::from).collect())
        }
        other => match half(&dataset.datatype()?) {
            Some(order) => {
                Content::F32(dataset.read_raw()?.as_chunks().0.iter().map(|&bytes| widen(bytes, order)).collect())
            }
            None => return Err(Mismatch::new("numbers or texts", other.to_string())),
        },
    })
}

/// The byte order of IEEE 754 half precision, nothing for other types.
fn half(datatype: &Datatype) -> Option<DatatypeByteOrder> {
    const BINARY16: FloatingPointLayout = FloatingPointLayout {
        bit_offset: 0,
        bit_precision: 16,
        exponent_location: 10,
        exponent_size: 5,
        mantissa_location: 0,
        mantissa_size: 10,
        exponent_bias: 15,
    };
    match datatype {
        Datatype::FloatingPoint { size: 2, byte_order, layout } if *layout == BINARY16 => Some(*byte_order),
        _ => None,
    }
}

/// A number of half precision.
fn widen(bytes: [u8; 2], order: DatatypeByteOrder) -> f32 {
    let bits = match order {
        DatatypeByteOrder::BigEndian => u16::from_be_bytes(bytes),
        _ => u16::from_le_bytes(bytes),
    };
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => mantissa * 2f32.powi(-24),
        31 if mantissa == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + mantissa) * 2f32.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}
