//! The frames of one sample and modality: in a file, or absent.

use corrkd_numpy::Numbers;

use super::frames::FrameFile;
use crate::ImportError;

/// Where a sample's frames are.
pub(crate) enum FileSample {
    File(FrameFile),
    /// There are none: so many frames of NaN stand for them.
    Absent(usize),
}

impl FileSample {
    /// Whether its numbers need 64 bits.
    pub(crate) fn is_double(&self) -> bool {
        matches!(self, Self::File(file) if file.is_double())
    }

    /// Reads the frames, each of `width` numbers.
    pub(crate) fn read(&self, width: usize) -> Result<Numbers, ImportError> {
        match self {
            Self::File(file) => file.read(),
            Self::Absent(frames) => Ok(Numbers::Single(vec![f32::NAN; frames * width])),
        }
    }
}
