//! How files are arranged.

mod folds;
pub(crate) mod loose;
mod mfn;

use corrkd_data::Fold;
use std::path::{Path, PathBuf};

use crate::ImportError;
use crate::document::Opened;
use crate::label::Labels;
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
    /// A file for each sample and modality.
    Files,
}

corrkd_config::named!(Layout { MulT: "MulT", Mmsa: "MMSA", Lmf: "LMF", Mfn: "MFN", Files: "single files" });

/// The layouts, as messages list them.
pub(crate) const KNOWN: &str = "  \
  MulT, MultiBench: a dictionary of train, valid, test; each of text, audio, vision, labels and perhaps id
  MMSA: the same with regression_labels, id, audio_lengths, vision_lengths
  LMF: the same with glove, covarep, facet, label
  .npz: the same in one file (train_text or train/text), or a folder of train.npz, valid.npz, test.npz
  .npy: a folder of train_text.npy or train/text.npy and so on
  MFN: a folder of X_train.h5, y_train.h5 and so on; or of text_train_emb.h5, audio_train.h5, video_train.h5, y_train.h5
  single files: a folder of labels.csv (id, split, labels) and of folders language, audio, vision, with ID.npy or ID.csv
for what is in none of them, datasets/README.md has short Python programs that write files which are read";

/// What was recognised.
pub(crate) struct Recognised<'a> {
    pub(crate) layout: Layout,
    /// In the order of [`Fold::ALL`].
    pub(crate) splits: [Split<'a>; 3],
}

/// Recognises how an opened file or folder is arranged. Where it need not be `labelled`, features are enough: of the test
/// fold, if nothing is said of folds.
pub(crate) fn recognise(opened: &Opened, labelled: bool) -> Result<Recognised<'_>, ImportError> {
    let recognised = match opened {
        Opened::One(document) => folds::recognise(document.path(), &[Some(document)], labelled),
        Opened::PerFold { path, documents } => {
            folds::recognise(path, &documents.each_ref().map(Option::as_ref), labelled)
        }
        Opened::Named { path, arrays } => folds::arrays(path, arrays, labelled),
        Opened::Arrays { path, files } => mfn::recognise(path, files),
        Opened::Files(files) => Ok(files.recognise()),
    };
    let mut recognised = recognised?;
    if !labelled {
        recognised.splits.iter_mut().for_each(|split| split.labels = Labels::unasked(split.samples()));
    }
    Ok(recognised)
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
