//! The cache file's header and hash: which tensors lie where, and what their bytes hash to.

use corrkd_config::Modality;
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use std::fmt;
use std::io::{self, BufWriter, Write};

use super::hashes;
use super::stage::Stage;
use crate::progress::tell_io;
use crate::{Fold, Progress};

/// The metadata key of the hash.
const HASH: &str = "blake3";
/// Bytes written at a time.
const PIECE: usize = 1 << 20;

/// One tensor of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tensor {
    /// (samples), f32.
    Labels(Fold),
    /// Frames of each sample, (samples), u32.
    Lengths(Fold, Modality),
    /// (frames, D), f32.
    Frames(Fold, Modality),
    /// Whether each frame holds data, (frames), a byte each.
    Present(Fold, Modality),
    /// Ids, one a line.
    Ids(Fold),
    /// The scaling as JSON, `null` where there is none.
    Scaling,
    /// The summary as JSON.
    Summary,
}

impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Labels(fold) => write!(f, "{fold}.labels"),
            Self::Lengths(fold, modality) => write!(f, "{fold}.{modality}.lengths"),
            Self::Frames(fold, modality) => write!(f, "{fold}.{modality}"),
            Self::Present(fold, modality) => write!(f, "{fold}.{modality}.present"),
            Self::Ids(fold) => write!(f, "{fold}.ids"),
            Self::Scaling => f.write_str("scaling"),
            Self::Summary => f.write_str("summary"),
        }
    }
}

/// The tensors in the file's order.
pub(super) struct Layout {
    tensors: Vec<(Tensor, TensorInfo)>,
}

impl Layout {
    /// The layout of staged samples, a scaling and a summary of so many bytes. Numbers come first, so that they lie aligned.
    pub(super) fn of(stage: &mut Stage, scaling: usize, summary: usize) -> Self {
        let mut numbers = Vec::new();
        let mut texts = Vec::new();
        for fold in Fold::ALL {
            let part = stage.part(fold);
            let samples = part.labels.len();
            numbers.push((Tensor::Labels(fold), Dtype::F32, vec![samples]));
            for (modality, frames) in part.frames.iter() {
                numbers.push((Tensor::Lengths(fold, modality), Dtype::U32, vec![samples]));
                numbers.push((Tensor::Frames(fold, modality), Dtype::F32, vec![frames.len(), frames.width()]));
                texts.push((Tensor::Present(fold, modality), Dtype::U8, vec![frames.len()]));
            }
            let bytes = part.ids.iter().map(|id| id.len() + 1).sum::<usize>().saturating_sub(1);
            texts.push((Tensor::Ids(fold), Dtype::U8, vec![bytes]));
        }
        texts.push((Tensor::Scaling, Dtype::U8, vec![scaling]));
        texts.push((Tensor::Summary, Dtype::U8, vec![summary]));
        let mut end = 0;
        let place = |(tensor, dtype, shape): (Tensor, Dtype, Vec<usize>)| {
            let start = end;
            end += shape.iter().product::<usize>() * dtype.bitsize() / 8;
            (tensor, TensorInfo { dtype, shape, data_offsets: (start, end) })
        };
        Self { tensors: numbers.into_iter().chain(texts).map(place).collect() }
    }

    /// The tensors in order.
    pub(super) fn tensors(&self) -> impl Iterator<Item = Tensor> {
        self.tensors.iter().map(|(tensor, _)| *tensor)
    }

    /// Writes the header, in which `hash` always takes the same room.
    pub(super) fn write_header(&self, out: &mut impl Write, hash: blake3::Hash) -> io::Result<()> {
        let tensors = self.tensors.iter().map(|(tensor, info)| (tensor.to_string(), info.clone())).collect();
        let about = [(HASH.to_owned(), hash.to_hex().to_string())].into_iter().collect();
        let metadata = Metadata::new(Some(about), tensors).map_err(io::Error::other)?;
        let mut header = serde_json::to_vec(&metadata)?;
        // The data start at a multiple of 8, as the format wants it.
        header.resize(header.len().next_multiple_of(8), b' ');
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(&header)
    }

    /// A writer of the data, in the tensors' order.
    pub(super) fn data<W: Write>(&self, fingerprint: &str, out: W) -> BufWriter<Hashing<W>> {
        let hasher = hasher(fingerprint, self.tensors.iter().map(|(tensor, info)| (tensor.to_string(), info)));
        BufWriter::with_capacity(PIECE, Hashing { out, hasher })
    }
}

/// Hashes what it writes.
pub(super) struct Hashing<W> {
    out: W,
    hasher: blake3::Hasher,
}

impl<W> Hashing<W> {
    /// What was written into, and the hash.
    pub(super) fn finish(self) -> (W, blake3::Hash) {
        (self.out, self.hasher.finalize())
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update_rayon(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether the bytes are those of a file that was written with this fingerprint: whether they hash to what its header states.
pub(super) fn proved(bytes: &[u8], fingerprint: &str, progress: &Progress<'_>) -> io::Result<bool> {
    let Ok((size, metadata)) = safetensors::SafeTensors::read_metadata(bytes) else { return Ok(false) };
    let stated = metadata.metadata().as_ref().and_then(|about| about.get(HASH));
    let names = metadata.offset_keys();
    let tensors = names.iter().filter_map(|name| Some((name.clone(), metadata.info(name)?)));
    let mut hasher = hasher(fingerprint, tensors);
    let pieces = bytes[8 + size..].chunks(hashes::PIECE);
    let all = pieces.len();
    for (number, piece) in pieces.enumerate() {
        tell_io(progress, number, all)?;
        hasher.update_rayon(piece);
    }
    Ok(stated.is_some_and(|stated| *stated == hasher.finalize().to_hex().as_str()))
}

/// What the hash begins with: the fingerprint, which a file's name has; names, types and shapes of the tensors.
fn hasher<'a>(fingerprint: &str, tensors: impl Iterator<Item = (String, &'a TensorInfo)>) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    hasher.update(format!("{fingerprint}\n").as_bytes());
    for (name, TensorInfo { dtype, shape, .. }) in tensors {
        hasher.update(format!("{name} {dtype:?} {shape:?}\n").as_bytes());
    }
    hasher
}
