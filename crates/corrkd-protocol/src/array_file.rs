//! A `.npz` file of arrays over the samples of a split.

use crate::ProtocolError;
use crate::error::failed;
use corrkd_numpy::{Item, NpzWriter};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file in the making.
pub(crate) struct ArrayFile {
    path: PathBuf,
    npz: NpzWriter<BufWriter<File>>,
}

impl ArrayFile {
    /// Begins one.
    pub(crate) fn create(path: &Path) -> Result<Self, ProtocolError> {
        let file = File::create(path).map_err(failed(path))?;
        Ok(Self { path: path.to_owned(), npz: NpzWriter::new(BufWriter::new(file)) })
    }

    /// An array of texts, (N).
    pub(crate) fn texts<'a>(
        &mut self,
        name: &str,
        texts: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), ProtocolError> {
        self.npz.texts(name, texts).map_err(failed(&self.path))
    }

    /// An array of numbers.
    pub(crate) fn numbers(
        &mut self,
        name: &str,
        item: Item,
        shape: &[usize],
        bytes: &[u8],
    ) -> Result<(), ProtocolError> {
        let written = self.npz.begin(name, item, shape).and_then(|()| self.npz.write_all(bytes));
        written.map_err(failed(&self.path))
    }

    /// For each sample whether its frames are present, (N, T): false behind its end.
    pub(crate) fn present<'a>(
        &mut self,
        name: &str,
        time: usize,
        samples: impl ExactSizeIterator<Item = &'a [bool]>,
    ) -> Result<(), ProtocolError> {
        let write = || {
            self.npz.begin(name, Item::Bool, &[samples.len(), time])?;
            let mut row = vec![false; time];
            for present in samples {
                row[..present.len()].copy_from_slice(present);
                row[present.len()..].fill(false);
                self.npz.write_all(bytemuck::cast_slice(&row))?;
            }
            Ok::<_, io::Error>(())
        };
        write().map_err(failed(&self.path))
    }

    /// The frames of each sample, (N, T, D): zero behind its end.
    pub(crate) fn frames<T: AsRef<[f32]>>(
        &mut self,
        name: &str,
        [time, width]: [usize; 2],
        samples: impl ExactSizeIterator<Item = T>,
    ) -> Result<(), ProtocolError> {
        let write = || {
            self.npz.begin(name, Item::F32, &[samples.len(), time, width])?;
            let zeros = vec![0.0f32; time * width];
            for frames in samples {
                let frames = frames.as_ref();
                self.npz.write_all(bytemuck::cast_slice(frames))?;
                self.npz.write_all(bytemuck::cast_slice(&zeros[frames.len()..]))?;
            }
            Ok::<_, io::Error>(())
        };
        write().map_err(failed(&self.path))
    }

    /// Ends it.
    pub(crate) fn finish(self) -> Result<(), ProtocolError> {
        self.npz.finish().and_then(|mut file| file.flush()).map_err(failed(&self.path))
    }
}
