//! How files are arranged.

mod folds;
mod mfn;

use corrkd_data::Fold;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::ImportError;
use crate::document::Opened;
use crate::split::Split;

/// An arrangement that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// MulT's pickles, and MultiBench's.
    MulT,
    /// MMSA's pickles.
    Mmsa,
    /// LMF's pickles.
    Lmf,
    /// MFN's arrays.
    Mfn,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MulT => "MulT",
            Self::Mmsa => "MMSA",
            Self::Lmf => "LMF",
            Self::Mfn => "MFN",
        })
    }
}

/// The layouts, as messages list them.
pub(crate) const KNOWN: &str = "  \
  MulT, MultiBench: a dictionary of train, valid, test; each of text, audio, vision, labels and perhaps id
  MMSA: the same with regression_labels, id, audio_lengths, vision_lengths
  LMF: the same with glove, covarep, facet, label
  .npz: the same in one file (train_text or train/text), or a folder of train.npz, valid.npz, test.npz
  MFN: a folder of X_train.h5, y_train.h5 and so on";

/// What was recognised.
pub(crate) struct Recognised<'a> {
    pub(crate) layout: Layout,
    /// In the order of [`Fold::ALL`].
    pub(crate) splits: [Split<'a>; 3],
}

/// Recognises how an opened file or folder is arranged.
pub(crate) fn recognise(opened: &Opened) -> Result<Recognised<'_>, ImportError> {
    match opened {
        Opened::One(document) => folds::recognise(document.path(), &[document]),
        Opened::PerFold { path, documents } => folds::recognise(path, &documents.each_ref()),
        Opened::Arrays { path, files } => mfn::recognise(path, files),
    }
}

/// A file whose layout is not known.
pub(crate) fn unknown(path: &Path, why: impl Into<String>, outline: String) -> ImportError {
    ImportError::Unknown { path: path.to_owned(), why: why.into(), known: KNOWN, outline }
}

/// Parts of a file that do not fit together.
pub(crate) fn misfit(
    path: &Path,
    fold: Fold,
    key: &str,
    expected: impl Into<String>,
    got: impl Into<String>,
) -> ImportError {
    let (path, field): (PathBuf, String) = (path.to_owned(), format!("{fold}/{key}"));
    ImportError::Field { path, field, expected: expected.into(), got: got.into() }
}
