//! The file or folder to import, opened as what it is.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::{Array, Arrays, Reader};
use corrkd_data::Fold;
use corrkd_numpy::{Document, Foreign, NumpyError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::field::{Field, joined};
use crate::layout::loose::Loose;
use crate::layout::refused::unknown;
use crate::{ImportError, field};

/// What was opened. A fold that is absent has no samples.
pub(crate) enum Opened {
    /// A pickle, `.npy` or `.npz`.
    One(Document),
    /// One of these for each fold.
    PerFold { path: PathBuf, documents: [Option<Document>; 3] },
    /// An array for each fold and field, by name.
    Named { path: PathBuf, arrays: Vec<(String, Document)> },
    /// Features and labels of each fold as HDF5 arrays.
    Arrays { path: PathBuf, files: Box<[Option<FoldArrays>; 3]> },
    /// A file for each sample and modality.
    Files(Loose),
}

/// The arrays of one fold.
pub(crate) struct FoldArrays {
    pub(crate) features: ArrayFeatures,
    /// Nothing where they are not asked for.
    pub(crate) labels: Option<Array>,
}

/// The features of one fold.
pub(crate) enum ArrayFeatures {
    /// All modalities side by side.
    Joined(Array),
    /// An array for each.
    Separate(PerModality<Option<Array>>),
}

/// Names of files in a folder that are shown.
const SHOWN: usize = 30;
/// Endings of HDF5 files, and of words as vectors before that.
const HDF5: [&str; 4] = ["_emb.h5", ".h5", "_emb.hdf5", ".hdf5"];
/// Endings of files of arrays.
const DOCUMENTS: [&str; 4] = [".npz", ".pkl", ".pickle", ".p"];

impl Opened {
    /// Opens a file or folder, which has labels where they are asked for.
    pub(crate) fn open(path: &Path, labelled: bool) -> Result<Self, ImportError> {
        if path.is_dir() {
            // The arrays of MFN lie in `data`, beside its code.
            let inner = path.join("data");
            let files = names(path)?;
            if let Some(opened) = folder(path, &files, labelled)? {
                return Ok(opened);
            }
            if inner.is_dir()
                && let Some(opened) = folder(&inner, &names(&inner)?, labelled)?
            {
                return Ok(opened);
            }
            if let Some(files) = Loose::open(path, labelled)? {
                return Ok(Self::Files(files));
            }
            let listed: Vec<&str> = files.keys().map(String::as_str).take(SHOWN).collect();
            return Err(unknown(path, "no file of each fold in this folder", format!("files {}", listed.join(", "))));
        }
        match Document::open(path) {
            Ok(document) => Ok(Self::One(document)),
            Err(NumpyError::Foreign { format: Foreign::Hdf5, .. }) => {
                let why = match Reader::open(path) {
                    Ok(reader) => format!(
                        "a computational sequence, `{}`, which needs no import: a recipe names its file \
                         (datasets/README.md)",
                        reader.root().escape_debug()
                    ),
                    Err(_) => "one HDF5 file is no data set".to_owned(),
                };
                Err(unknown(path, why, Arrays::open(path)?.outline(SHOWN)))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Opened {
    /// The pickles and archives.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &Document> {
        let (one, several) = match self {
            Self::One(document) => (Some(document), &[][..]),
            Self::PerFold { documents, .. } => (None, &documents[..]),
            Self::Named { .. } | Self::Arrays { .. } | Self::Files(_) => (None, &[][..]),
        };
        one.into_iter().chain(several.iter().flatten())
    }

    /// What the file, or that of the training fold, holds: at most `lines` lines.
    pub(crate) fn outline(&self, lines: usize) -> String {
        match self {
            Self::One(document) => document.outline(lines),
            Self::PerFold { documents, .. } => {
                documents.iter().flatten().next().map_or_else(String::new, |document| document.outline(lines))
            }
            Self::Named { arrays, .. } => {
                let shown = arrays.iter().map(|(name, array)| format!("{name}: {}", array.outline(1)));
                shown.take(lines).collect::<Vec<_>>().join("\n")
            }
            Self::Arrays { files, .. } => {
                files.iter().flatten().next().map_or_else(String::new, |files| files.outline().join("\n"))
            }
            Self::Files(files) => files.outline(),
        }
    }
}

impl FoldArrays {
    /// Names and shapes.
    fn outline(&self) -> Vec<String> {
        let line = |name: &str, array: &Array| format!("{name}: {:?}", array.shape);
        let mut lines = match &self.features {
            ArrayFeatures::Joined(array) => vec![line("X", array)],
            ArrayFeatures::Separate(arrays) => {
                arrays.iter().filter_map(|(modality, array)| Some(line(modality.name(), array.as_ref()?))).collect()
            }
        };
        lines.extend(self.labels.iter().map(|labels| line("y", labels)));
        lines
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

/// Opens the files of a folder, if there is one for the training fold; or, where labels are not asked for, for any.
fn folder(path: &Path, files: &BTreeMap<String, PathBuf>, labelled: bool) -> Result<Option<Opened>, ImportError> {
    let path = path.to_owned();
    let of_folds = |before: &str, endings: &[&str]| -> [Option<&PathBuf>; 3] {
        let mut found = [None; 3];
        for (name, path) in files {
            let stem = endings.iter().find_map(|ending| name.strip_prefix(before)?.strip_suffix(ending));
            if let Some(fold) = stem.and_then(field::fold) {
                found[fold as usize] = Some(path);
            }
        }
        found
    };
    let joint = of_folds("X_", &HDF5);
    let labels = if labelled { of_folds("y_", &HDF5) } else { [None; 3] };
    let enough = |found: [bool; 3]| if labelled { found[0] && labels[0].is_some() } else { found.contains(&true) };
    if enough(joint.map(|file| file.is_some())) {
        let mut folds: [Option<FoldArrays>; 3] = Default::default();
        for fold in Fold::ALL.map(|fold| fold as usize) {
            if let Some(features) = joint[fold].filter(|_| !labelled || labels[fold].is_some()) {
                let features = ArrayFeatures::Joined(only(features)?);
                folds[fold] = Some(FoldArrays { features, labels: labels[fold].map(|path| only(path)).transpose()? });
            }
        }
        return Ok(Some(Opened::Arrays { path, files: Box::new(folds) }));
    }
    let mut separate: BTreeMap<(Fold, Modality), &PathBuf> = BTreeMap::new();
    for (name, path) in files {
        // Words as vectors before words as numbers.
        let stem = HDF5.iter().find_map(|ending| Some((name.strip_suffix(ending)?, ending.starts_with('_'))));
        if let Some((stem, vectors)) = stem
            && let Some((fold, Field::Features(modality))) = joined(stem)
            && (vectors || !separate.contains_key(&(fold, modality)))
        {
            separate.insert((fold, modality), path);
        }
    }
    let has = |fold: Fold| separate.keys().any(|(other, _)| *other == fold);
    if enough(Fold::ALL.map(has)) {
        let mut folds: [Option<FoldArrays>; 3] = Default::default();
        for fold in
            Fold::ALL.into_iter().filter(|&fold| if labelled { labels[fold as usize].is_some() } else { has(fold) })
        {
            let features = PerModality::try_from_fn(|m| separate.get(&(fold, m)).map(|path| only(path)).transpose())?;
            let labels = labels[fold as usize].map(|path| only(path)).transpose()?;
            folds[fold as usize] = Some(FoldArrays { features: ArrayFeatures::Separate(features), labels });
        }
        return Ok(Some(Opened::Arrays { path, files: Box::new(folds) }));
    }
    let mut arrays = Vec::new();
    for (name, file) in files {
        // A folder for each fold, or all in one.
        let inner = if field::fold(name).is_some() && file.is_dir() { names(file)? } else { BTreeMap::new() };
        let inner = inner.into_iter().map(|(inner, file)| (format!("{name}/{inner}"), file));
        arrays.extend(
            inner
                .chain([(name.clone(), file.clone())])
                .filter_map(|(name, file)| Some((name.strip_suffix(".npy")?.to_owned(), file))),
        );
    }
    let told = |(name, _): &(String, PathBuf)| match joined(name) {
        Some((Fold::Train, Field::Labels)) => labelled,
        Some((_, Field::Features(_))) => !labelled,
        _ => !labelled && matches!(field::field(name), Some(Field::Features(_))),
    };
    if arrays.iter().any(told) {
        let open = |(name, file): (String, PathBuf)| Ok((name, Document::open(&file)?));
        let arrays = arrays.into_iter().map(open).collect::<Result<Vec<_>, ImportError>>()?;
        return Ok(Some(Opened::Named { path, arrays }));
    }
    let found = of_folds("", &DOCUMENTS);
    if found[0].is_none() && (labelled || found == [None; 3]) {
        return Ok(None);
    }
    // A fold may be absent, but not under a name that is not known.
    let other =
        files.iter().find(|(name, file)| DOCUMENTS.iter().any(|e| name.ends_with(e)) && !found.contains(&Some(*file)));
    if let (Some((other, _)), Some(lacking), true) =
        (other, Fold::ALL.into_iter().find(|&fold| found[fold as usize].is_none()), labelled)
    {
        let listed: Vec<&str> = files.keys().map(String::as_str).take(SHOWN).collect();
        let why = format!("no file of {lacking}, but `{other}` (valid may be val, validation or dev)");
        return Err(unknown(&path, why, format!("files {}", listed.join(", "))));
    }
    let mut documents: [Option<Document>; 3] = Default::default();
    for (document, found) in documents.iter_mut().zip(found) {
        *document = found.map(|path| Document::open(path)).transpose()?;
    }
    Ok(Some(Opened::PerFold { path, documents }))
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
