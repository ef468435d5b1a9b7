//! Where a data set's files are: in the folder that was given, or generated into the cache.

use corrkd_config::DatasetRef;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::catalog::{self, Found};
use crate::gather::Source;
use crate::generated::Generated;
use crate::synthetic::{self, Size};
use crate::{DataError, FoldTable, Folds, Progress, Recipe};

/// Where a data set's files are, and which of its videos are in which fold.
pub(crate) struct DataFiles {
    /// The recipe's name, with the size where the data are generated.
    pub(crate) name: String,
    /// The folder of the files.
    pub(crate) folder: PathBuf,
    /// The folds.
    pub(crate) folds: Folds,
    /// The hashes of generated files, by name.
    pub(crate) proved: BTreeMap<String, String>,
}

/// A data set before anything is read of its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// The recipe's name, with the size where the data are generated.
    pub name: String,
    /// The recipe.
    pub recipe: Recipe,
    /// The folder of the files, which need not be there.
    pub folder: PathBuf,
    /// Which videos are in which fold.
    pub folds: Folds,
}

/// Finds a data set's recipe, folder and folds; a generated one's files are made ready below `cache`.
///
/// # Errors
/// [`DataError`]: the recipe is unknown or wrong, there is no `source` and nothing is generated, the file of folds cannot
/// be read, or `progress` says to stop.
pub fn locate(
    dataset: &DatasetRef,
    source: Option<&Path>,
    cache: &Path,
    progress: &Progress<'_>,
) -> Result<Located, DataError> {
    let found = catalog::find(&dataset.name)?;
    let DataFiles { name, folder, folds, .. } = place(&found, dataset, source, cache, progress)?;
    Ok(Located { name, recipe: found.recipe, folder, folds })
}

/// The place of a recipe's data set; files to be generated are made ready below `cache`.
pub(crate) fn place(
    found: &Found,
    dataset: &DatasetRef,
    source: Option<&Path>,
    cache: &Path,
    progress: &Progress<'_>,
) -> Result<DataFiles, DataError> {
    let Found { name, recipe, .. } = found;
    let (size, fold) = (dataset.size.as_deref(), dataset.fold.as_ref());
    let labelled = |folder: &Path| -> Result<BTreeSet<String>, DataError> {
        let labels = Source::open(folder, &recipe.labels.download())?;
        Ok(labels.videos().map(|(video, _)| video.to_owned()).collect())
    };
    if let Some(path) = source.filter(|path| path.exists() && !path.is_dir()) {
        return Err(DataError::NoFolder { path: path.to_owned() });
    }
    let wrong_size =
        |got: &str, expected: String| DataError::Size { recipe: name.clone(), got: got.to_owned(), expected };
    match (&recipe.generate, &recipe.folds) {
        (Some(generate), _) => {
            let size = size.or_else(|| generate.sizes.first().map(String::as_str)).unwrap_or_default();
            let known = generate.sizes.iter().any(|other| other == size).then(|| size.parse::<Size>().ok()).flatten();
            let known = known.ok_or_else(|| wrong_size(size, format!("one of {}", generate.sizes.join(", "))))?;
            let Generated { folder, proved } = match source {
                Some(folder) => Generated { folder: folder.to_owned(), proved: BTreeMap::new() },
                None => Generated::ready(known, recipe.files(), cache, progress)?,
            };
            let lists = FoldTable::of(synthetic::folds(known));
            let folds = lists.read(&folder, fold, || labelled(&folder))?;
            Ok(DataFiles { name: format!("{name}-{size}"), folder, folds, proved })
        }
        (None, folds) => {
            if let Some(size) = size {
                return Err(wrong_size(size, "no size: its data are not generated".to_owned()));
            }
            let files = || recipe.files().map(str::to_owned).collect();
            let folder = source.ok_or_else(|| DataError::NoSource { recipe: name.clone(), files: files() })?;
            let read = |table: &FoldTable| table.read(folder, fold, || labelled(folder));
            let folds = folds.as_ref().map(read).transpose()?.unwrap_or_default();
            Ok(DataFiles { name: name.clone(), folder: folder.to_owned(), folds, proved: BTreeMap::new() })
        }
    }
}
