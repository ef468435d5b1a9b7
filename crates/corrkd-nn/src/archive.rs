//! Tensors and one text beside them in a safetensors file, written whole or not at all.

use crate::NnError;
use candle_core::{DType, Device, Tensor};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::io::Write as _;
use std::{collections::BTreeMap, fs, path::Path};

/// The metadata key of the text.
const NOTE: &str = "corrkd";

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
    /// [`NnError::Archive`] naming the file.
    pub fn save(&self, path: &Path) -> Result<(), NnError> {
        let mut bytes = Vec::with_capacity(self.tensors.len());
        for (name, tensor) in &self.tensors {
            let values = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
            let raw: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
            bytes.push((name, tensor.dims().to_vec(), raw));
        }
        let fail = |reason: String| NnError::Archive { path: path.to_owned(), reason };
        let views: Result<Vec<_>, _> = bytes
            .iter()
            .map(|(name, shape, raw)| Ok((name.as_str(), TensorView::new(Dtype::F32, shape.clone(), raw)?)))
            .collect();
        let views = views.map_err(|e: safetensors::SafeTensorError| fail(e.to_string()))?;
        let note = Some([(NOTE.to_owned(), self.note.clone())].into());
        let file = safetensors::serialize(views, note).map_err(|e| fail(e.to_string()))?;
        let partial = path.with_extension("partial");
        // On the disk before it gets its name: a machine that stops must not leave an empty checkpoint.
        let written = fs::File::create(&partial).and_then(|mut to| to.write_all(&file).and_then(|()| to.sync_all()));
        written.and_then(|()| fs::rename(&partial, path)).map_err(|e| fail(e.to_string()))
    }

    /// Reads a file that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// [`NnError::Archive`] naming the file and what is wrong with it.
    pub fn load(path: &Path) -> Result<Self, NnError> {
        let fail = |reason: String| NnError::Archive { path: path.to_owned(), reason };
        let bytes = fs::read(path).map_err(|e| fail(e.to_string()))?;
        let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(|e| fail(e.to_string()))?;
        let note = metadata.metadata().as_ref().and_then(|m| m.get(NOTE)).cloned();
        let file = SafeTensors::deserialize(&bytes).map_err(|e| fail(e.to_string()))?;
        let mut tensors = BTreeMap::new();
        for (name, view) in file.iter() {
            if view.dtype() != Dtype::F32 {
                return Err(fail(format!("tensor `{name}` is {:?}, expected F32", view.dtype())));
            }
            let values = view.data().as_chunks::<4>().0.iter().map(|raw| f32::from_le_bytes(*raw)).collect::<Vec<_>>();
            tensors.insert(name.to_owned(), Tensor::from_vec(values, view.shape(), &Device::Cpu)?);
        }
        Ok(Self { tensors, note: note.ok_or_else(|| fail(format!("has no `{NOTE}` metadata")))? })
    }
}
