//! Tensors and one text beside them in a safetensors file, written whole or not at all, and proved when it is read.
//!
//! The file's metadata are one text, `corrkd`: a checksum and the note. The checksum is the BLAKE3 hash, 64 hexadecimal digits,
//! of all the file's other bytes, those before it and those behind it. It stands at a fixed place: the metadata come first in
//! a file, and there is but one entry.

use crate::NnError;
use candle_core::{DType, Device, Tensor};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::io::{ErrorKind, Write as _};
use std::{collections::BTreeMap, path::Path};

/// The metadata key of the text.
const NOTE: &str = "corrkd";
/// How a file goes on behind the eight bytes of its header's length.
const HEAD: &str = "{\"__metadata__\":{\"corrkd\":\"";
/// Where the checksum stands.
const PLACE: std::ops::Range<usize> = 8 + HEAD.len()..8 + HEAD.len() + 64;
/// More than any network here has.
const LIMIT: u64 = 1 << 32;

/// Named f32 tensors and a note (JSON, by whoever writes it).
pub struct Archive {
    /// The tensors, on the CPU when read.
    pub tensors: BTreeMap<String, Tensor>,
    /// The note.
    pub note: String,
}

impl Archive {
    /// Writes the file by way of a temporary one beside it.
    ///
    /// # Errors
    /// [`NnError::Io`] naming the file.
    pub fn save(&self, path: &Path) -> Result<(), NnError> {
        let fail = |reason: String| NnError::Archive { path: path.to_owned(), reason };
        let text = format!("{}{}", "0".repeat(PLACE.len()), self.note);
        let mut file = serialized(&self.tensors, Some((NOTE, text)), path)?;
        let sum = checksum(&file).ok_or_else(|| fail("its metadata do not come first".to_owned()))?;
        file[PLACE].copy_from_slice(sum.as_bytes());
        let mut whole = corrkd_system::WholeFile::create(path).map_err(NnError::io(path, "write beside it"))?;
        whole.write_all(&file).and_then(|()| whole.publish()).map_err(NnError::io(path, "write it"))
    }

    /// Reads a file that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// [`NnError::Io`]; [`NnError::Archive`] naming the file and what is wrong with it, be it a single bit.
    pub fn load(path: &Path) -> Result<Self, NnError> {
        let fail = |reason: String| NnError::Archive { path: path.to_owned(), reason };
        let bytes = corrkd_system::read(path, LIMIT).map_err(|cause| match cause.kind() {
            ErrorKind::InvalidInput | ErrorKind::FileTooLarge => fail(cause.to_string()),
            _ => NnError::io(path, "read it")(cause),
        })?;
        let sum = checksum(&bytes).ok_or_else(|| fail("it is no checkpoint of this program".to_owned()))?;
        if bytes[PLACE] != *sum.as_bytes() {
            return Err(fail("its checksum is not that of what it holds".to_owned()));
        }
        let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(|e| fail(e.to_string()))?;
        let text = metadata.metadata().as_ref().and_then(|metadata| metadata.get(NOTE));
        let note = text.and_then(|text| text.get(PLACE.len()..)).ok_or_else(|| fail("it has no note".to_owned()))?;
        let file = SafeTensors::deserialize(&bytes).map_err(|e| fail(e.to_string()))?;
        let mut tensors = BTreeMap::new();
        for (name, view) in file.iter() {
            if view.dtype() != Dtype::F32 {
                return Err(fail(format!("tensor `{name}` is {:?}, expected F32", view.dtype())));
            }
            let values = view.data().as_chunks::<4>().0.iter().map(|raw| f32::from_le_bytes(*raw)).collect::<Vec<_>>();
            tensors.insert(name.to_owned(), Tensor::from_vec(values, view.shape(), &Device::Cpu)?);
        }
        Ok(Self { tensors, note: note.to_owned() })
    }
}

/// Tensors as a plain safetensors file in f32, for other programs; `path` is for messages.
///
/// # Errors
/// [`NnError::Archive`]; [`NnError::Tensor`].
pub fn plain(tensors: &BTreeMap<String, Tensor>, path: &Path) -> Result<Vec<u8>, NnError> {
    serialized(tensors, None, path)
}

fn serialized(
    tensors: &BTreeMap<String, Tensor>,
    text: Option<(&str, String)>,
    path: &Path,
) -> Result<Vec<u8>, NnError> {
    let mut bytes = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        let values = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        let raw: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
        bytes.push((name, tensor.dims().to_vec(), raw));
    }
    let views: Result<Vec<_>, _> = bytes
        .iter()
        .map(|(name, shape, raw)| Ok((name.as_str(), TensorView::new(Dtype::F32, shape.clone(), raw)?)))
        .collect();
    let metadata = text.map(|(key, text)| [(key.to_owned(), text)].into());
    let file = views.and_then(|views| safetensors::serialize(views, metadata));
    file.map_err(|e: safetensors::SafeTensorError| NnError::Archive { path: path.to_owned(), reason: e.to_string() })
}

/// What the checksum of a file of these bytes is to be; none where there is no place for it.
fn checksum(bytes: &[u8]) -> Option<String> {
    let (before, behind) = (bytes.get(..PLACE.start)?, bytes.get(PLACE.end..)?);
    let mut hasher = blake3::Hasher::new();
    hasher.update(before).update(behind);
    before.ends_with(HEAD.as_bytes()).then(|| hasher.finalize().to_hex().to_string())
}
