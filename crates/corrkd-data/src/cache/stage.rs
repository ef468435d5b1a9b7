//! Samples on their way into the cache: frames go to unnamed files as they come, and wait there for the scaling, which
//! is known when all training frames are. Memory holds a few numbers for each sample.

use corrkd_config::{Modality, PerModality};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use crate::Fold;

/// Bytes buffered for each file.
const BUFFER: usize = 1 << 18;

/// Frames of one modality in one fold, (frames, D).
pub(crate) struct Frames {
    file: BufWriter<File>,
    width: usize,
    /// For each frame whether it holds data.
    present: Vec<bool>,
}

impl Frames {
    fn new(cache: &Path, width: usize) -> io::Result<Self> {
        // The system removes it with the process, however that ends.
        let file = tempfile::tempfile_in(cache)?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), width, present: Vec::new() })
    }

    /// Appends frames.
    pub(crate) fn push(&mut self, values: &[f32], present: &[bool]) -> io::Result<()> {
        self.present.extend_from_slice(present);
        self.file.write_all(bytemuck::cast_slice(values))
    }

    /// For each frame whether it holds data.
    pub(crate) fn present(&self) -> &[bool] {
        &self.present
    }

    /// Number of frames.
    pub(crate) fn len(&self) -> usize {
        self.present.len()
    }

    /// Frames that hold data.
    pub(crate) fn holding_data(&self) -> usize {
        self.present.iter().filter(|&&present| present).count()
    }

    /// Columns, D.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// Gives each frame to `take`, in order, and whether it holds data.
    pub(crate) fn each(&mut self, mut take: impl FnMut(&mut [f32], bool) -> io::Result<()>) -> io::Result<()> {
        self.file.flush()?;
        let mut file = self.file.get_ref();
        file.rewind()?;
        let mut reader = BufReader::with_capacity(BUFFER, file);
        let mut frame = vec![0.0; self.width];
        for &present in &self.present {
            reader.read_exact(bytemuck::cast_slice_mut(&mut frame))?;
            take(&mut frame, present)?;
        }
        Ok(())
    }
}

/// The samples of one fold.
pub(crate) struct Part {
    pub(crate) ids: Vec<String>,
    pub(crate) labels: Vec<f32>,
    /// Frames of each sample.
    pub(crate) lengths: PerModality<Vec<u32>>,
    pub(crate) frames: PerModality<Frames>,
    /// Samples that have no frame of a modality.
    pub(crate) lacking: PerModality<usize>,
    /// Frames without data in samples that have others of the modality.
    pub(crate) without_data: PerModality<usize>,
}

/// The samples of all folds.
pub(crate) struct Stage([Part; 3]);

impl Stage {
    /// Nothing yet; frames go to files in the folder `cache`.
    pub(crate) fn new(cache: &Path, widths: &PerModality<usize>) -> io::Result<Self> {
        let part = || -> io::Result<Part> {
            let frames = PerModality::try_from_fn(|m: Modality| Frames::new(cache, *widths.get(m)))?;
            let (ids, labels, lengths, lacking, without_data) = Default::default();
            Ok(Part { ids, labels, lengths, frames, lacking, without_data })
        };
        Ok(Self([part()?, part()?, part()?]))
    }

    /// One fold's samples.
    pub(crate) const fn part(&mut self, fold: Fold) -> &mut Part {
        &mut self.0[fold as usize]
    }
}
