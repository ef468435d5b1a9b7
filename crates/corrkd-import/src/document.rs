//! The file or folder to import, opened as what it is.

use corrkd_csd::{Array, Arrays};
use corrkd_data::Fold;
use corrkd_numpy::{Document, NumpyError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::layout::unknown;
use crate::{ImportError, field};

/// What was opened.
pub(crate) enum Opened {
    /// A pickle, `.npy` or `.npz`.
    One(Document),
    /// One of these for each fold.
    PerFold { path: PathBuf, documents: [Document; 3] },
    /// Features and labels of each fold as HDF5 arrays.
    Arrays { path: PathBuf, files: [FoldArrays; 3] },
}

/// The arrays of one fold.
pub(crate) struct FoldArrays {
    pub(crate) features: Array,
    pub(crate) labels: Array,
}

/// Names of files in a folder that are shown.
const SHOWN: usize = 30;

impl Opened {
    /// Opens a file or folder.
    pub(crate) fn open(path: &Path) -> Result<Self, ImportError> {
        if path.is_dir() {
            // The arrays of MFN lie in `data`, beside its code.
            let inner = path.join("data");
            let files = names(path)?;
            if let Some(opened) = folder(path, &files)? {
                return Ok(opened);
            }
            if inner.is_dir()
                && let Some(opened) = folder(&inner, &names(&inner)?)?
            {
                return Ok(opened);
            }
            let listed: Vec<&str> = files.keys().map(String::as_str).take(SHOWN).collect();
            return Err(unknown(path, "no file of each fold in this folder", format!("files {}", listed.join(", "))));
        }
        match Document::open(path) {
            Ok(document) => Ok(Self::One(document)),
            Err(NumpyError::Unknown { .. }) if is_hdf5(path) => {
                let why = "one HDF5 file is no data set (a computational sequence needs no import)";
                Err(unknown(path, why, Arrays::open(path)?.outline(SHOWN)))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Opened {
    /// What the file, or that of the training fold, holds: at most `lines` lines.
    pub(crate) fn outline(&self, lines: usize) -> String {
        match self {
            Self::One(document) => document.outline(lines),
            Self::PerFold { documents: [train, ..], .. } => train.outline(lines),
            Self::Arrays { files: [FoldArrays { features, labels }, ..], .. } => {
                format!("X: {:?}\ny: {:?}", features.shape, labels.shape)
            }
        }
    }
}

/// The files of a folder by name.
fn names(path: &Path) -> Result<BTreeMap<String, PathBuf>, ImportError> {
    let io = |cause| ImportError::Io { path: path.to_owned(), cause };
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(path).map_err(io)? {
        let entry = entry.map_err(io)?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), entry.path());
    }
    Ok(files)
}

/// Opens the files of a folder, if there is one for each fold.
fn folder(path: &Path, files: &BTreeMap<String, PathBuf>) -> Result<Option<Opened>, ImportError> {
    let per_fold = |before: &str, endings: &[&str]| -> Option<[PathBuf; 3]> {
        let mut found: BTreeMap<Fold, PathBuf> = BTreeMap::new();
        for (name, path) in files {
            let stem = endings.iter().find_map(|ending| name.strip_prefix(before)?.strip_suffix(ending));
            if let Some(fold) = stem.and_then(field::fold) {
                found.insert(fold, path.clone());
            }
        }
        found.into_values().collect::<Vec<_>>().try_into().ok()
    };
    if let (Some(features), Some(labels)) = (per_fold("X_", &[".h5", ".hdf5"]), per_fold("y_", &[".h5", ".hdf5"])) {
        let arrays = |fold: usize| {
            Ok::<_, ImportError>(FoldArrays { features: only(&features[fold])?, labels: only(&labels[fold])? })
        };
        return Ok(Some(Opened::Arrays { path: path.to_owned(), files: [arrays(0)?, arrays(1)?, arrays(2)?] }));
    }
    let Some([train, valid, test]) = per_fold("", &[".npz", ".pkl", ".pickle", ".p"]) else { return Ok(None) };
    let documents = [Document::open(&train)?, Document::open(&valid)?, Document::open(&test)?];
    Ok(Some(Opened::PerFold { path: path.to_owned(), documents }))
}

/// The one array of a file.
fn only(path: &Path) -> Result<Array, ImportError> {
    let arrays = Arrays::open(path)?;
    let names: Vec<&str> = arrays.names().collect();
    match names[..] {
        [name] => Ok(arrays.read(name)?),
        _ => Err(unknown(path, format!("{} datasets in it, expected one", names.len()), arrays.outline(SHOWN))),
    }
}

fn is_hdf5(path: &Path) -> bool {
    Arrays::open(path).is_ok()
}
