//! What is said of files that are arranged in no way that is known, or whose parts do not fit together.

use corrkd_data::Fold;
use corrkd_numpy::Value;
use std::path::{Path, PathBuf};

use crate::ImportError;

/// The layouts, as messages list them.
const KNOWN: &str = "  \
  MulT, MultiBench: a dictionary of train, valid, test; each of text, audio, vision, labels and perhaps id
  MMSA: the same with regression_labels, id, audio_lengths, vision_lengths
  LMF: the same with glove, covarep, facet, label
  .npz: the same in one file (train_text or train/text), or a folder of train.npz, valid.npz, test.npz
  .npy: a folder of train_text.npy or train/text.npy and so on
  MFN: a folder of X_train.h5, y_train.h5 and so on; or of text_train_emb.h5, audio_train.h5, video_train.h5, y_train.h5
  single files: a folder of labels.csv (id, split, labels) and of folders language, audio, vision, with ID.npy or ID.csv
for what is in none of them, datasets/README.md has short Python programs that write files which are read";

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

/// A value in a message.
pub(crate) fn described(value: Value<'_>) -> String {
    match value.array() {
        Some(array) => format!("an array of shape {:?} of {}", array.shape(), array.dtype()),
        None => format!("a {}", value.kind()),
    }
}
