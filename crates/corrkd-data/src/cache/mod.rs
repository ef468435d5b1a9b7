//! The aligned cache: a data set's samples as one safetensors file, named by the data set's fingerprint.
//!
//! For each fold: frames of each modality one sample after another, (frames, D), and which of them hold data; lengths of
//! each modality, labels and ids, (samples).
//! The file's metadata hold a hash of all that and the fingerprint; a file that does not agree with it, bit for bit, is made
//! again, not trusted. Frames are mapped into memory: hashing them is all the time that opening takes.

mod hashes;
mod layout;
mod map;
mod stage;

pub(crate) use hashes::{Hashes, file_hash};
pub(crate) use map::Map;
pub(crate) use stage::Stage;

use corrkd_config::PerModality;
use corrkd_system::WholeFile;
use layout::{Layout, Tensor};
use safetensors::SafeTensors;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::Arc;

use crate::progress::{note, tell_io};
use crate::standardise::Scaling;
use crate::{Dataset, Fold, Frames, Progress, Sample, Split, Summary};

/// The data set in `file`, whose name, widths, T and fingerprint are those of `expected`; `None` where the file is absent,
/// or, with a note, where it cannot be read or is not what was written.
///
/// # Errors
/// [`io::ErrorKind::Interrupted`].
pub(crate) fn read(file: &Path, expected: &Dataset, progress: &Progress<'_>) -> io::Result<Option<Dataset>> {
    let map = match Map::open(file) {
        Ok(map) => map,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => {
            note(format_args!("{}: {cause}; the samples are made again", file.display()));
            return Ok(None);
        }
    };
    let proved = layout::proved(map.bytes(), &expected.fingerprint, progress)?;
    let dataset = if proved { dataset(&Arc::new(map), expected) } else { None };
    if dataset.is_none() {
        note(format_args!("{}: is not what was written; the samples are made again", file.display()));
    }
    Ok(dataset)
}

/// The data set in a file that is proved.
fn dataset(map: &Arc<Map>, expected: &Dataset) -> Option<Dataset> {
    let tensors = SafeTensors::deserialize(map.bytes()).ok()?;
    let bytes = |tensor: Tensor| tensors.tensor(&tensor.to_string()).ok().map(|view| view.data());
    // Where a tensor's numbers start in the file, counted in numbers, and how many they are.
    let numbers = |tensor: Tensor| -> Option<(usize, usize)> {
        let data = bytes(tensor)?;
        let at = data.as_ptr() as usize - map.bytes().as_ptr() as usize;
        at.is_multiple_of(4).then_some((at / 4, data.len() / 4))
    };
    let split = |fold: Fold| {
        let lengths = PerModality::try_from_fn(|m| bytes(Tensor::Lengths(fold, m)).map(words).ok_or(())).ok()?;
        let mut held = PerModality::try_from_fn(|m| bytes(Tensor::Present(fold, m)).ok_or(())).ok()?;
        let labels = words(bytes(Tensor::Labels(fold))?).map(f32::from_le_bytes);
        let ids = std::str::from_utf8(bytes(Tensor::Ids(fold))?).ok()?;
        let mut next = PerModality::try_from_fn(|m| numbers(Tensor::Frames(fold, m)).ok_or(())).ok()?;
        let mut lengths = lengths.map(|_, lengths| lengths.clone());
        let mut samples = Vec::new();
        for (id, label) in ids.split('\n').zip(labels) {
            let mut taken = true;
            let present = PerModality::from_fn(|m| {
                let length = lengths.get_mut(m).next().map_or(0, |word| u32::from_le_bytes(word) as usize);
                let here = held.get_mut(m).split_off(..length);
                taken &= here.is_some_and(|here| !here.is_empty());
                here.unwrap_or_default().iter().map(|&byte| byte != 0).collect::<Vec<bool>>()
            });
            let features = expected.widths.map(|m, width| {
                let (at, left) = next.get_mut(m);
                let numbers = present.get(m).len() * width;
                taken &= numbers <= *left;
                (*at, *left) = (*at + numbers, left.saturating_sub(numbers));
                Frames::mapped(map, *at - numbers..*at)
            });
            if !taken {
                return None;
            }
            samples.push(Sample { id: id.to_owned(), label, present, features });
        }
        Some(Split { samples })
    };
    let summary = serde_json::from_slice(bytes(Tensor::Summary)?).ok()?;
    let preparation = expected.preparation.clone().scaled(serde_json::from_slice(bytes(Tensor::Scaling)?).ok()?);
    let [train, valid, test] = [split(Fold::Train)?, split(Fold::Valid)?, split(Fold::Test)?];
    Some(Dataset { train, valid, test, preparation, summary, ..expected.clone() })
}

/// Writes staged samples to `file`, which appears when it is whole; frames that hold data are scaled on the way.
pub(crate) fn write(
    file: &Path,
    fingerprint: &str,
    stage: &mut Stage,
    scaling: Option<&Scaling>,
    summary: &Summary,
    progress: &Progress<'_>,
) -> io::Result<()> {
    let (summary, scales) = (serde_json::to_vec(summary)?, serde_json::to_vec(&scaling)?);
    let layout = Layout::of(stage, scales.len(), summary.len());
    let mut unfinished = WholeFile::create(file)?;
    // The hash is known when all is written; until then others have its place.
    layout.write_header(&mut unfinished, blake3::hash(b""))?;
    let mut out = layout.data(fingerprint, unfinished);
    let count = layout.tensors().count();
    for (number, tensor) in layout.tensors().enumerate() {
        tell_io(progress, number, count)?;
        match tensor {
            Tensor::Labels(fold) => out.write_all(bytemuck::cast_slice(&stage.part(fold).labels))?,
            Tensor::Lengths(fold, modality) => {
                out.write_all(bytemuck::cast_slice(stage.part(fold).lengths.get(modality)))?;
            }
            Tensor::Present(fold, modality) => {
                let held: Vec<u8> = stage.part(fold).frames.get(modality).present().iter().map(|&p| p.into()).collect();
                out.write_all(&held)?;
            }
            Tensor::Ids(fold) => out.write_all(stage.part(fold).ids.join("\n").as_bytes())?,
            Tensor::Scaling => out.write_all(&scales)?,
            Tensor::Summary => out.write_all(&summary)?,
            Tensor::Frames(fold, modality) => stage.part(fold).frames.get_mut(modality).each(|frame, present| {
                if let (Some(scaling), true) = (scaling, present) {
                    scaling.apply(modality, frame);
                }
                out.write_all(bytemuck::cast_slice(frame))
            })?,
        }
    }
    let (mut unfinished, hash) = out.into_inner().map_err(io::IntoInnerError::into_error)?.finish();
    unfinished.rewind()?;
    layout.write_header(&mut unfinished, hash)?;
    unfinished.publish()
}

/// Four bytes at a time.
fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> + Clone {
    bytes.as_chunks::<4>().0.iter().copied()
}
