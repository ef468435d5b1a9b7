//! What a recipe says of its folds, and the lists that come of it.

use corrkd_config::{Cross, CrossFold, utf8};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::{DataError, Fold, Folds, cross};

/// A longer file is no file of folds: that of a hundred thousand videos has a few MB.
const LONGEST: u64 = 1 << 26;

/// The recipe's table of folds: the lists themselves, or the file that has them, or a cross-validation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoldTable {
    /// Training videos.
    pub train: Option<Vec<String>>,
    /// Validation videos.
    pub valid: Option<Vec<String>>,
    /// Test videos.
    pub test: Option<Vec<String>>,
    /// A TOML file in the data folder with the three lists.
    pub file: Option<String>,
    /// A cross-validation: what experiments do that say nothing else.
    pub cross: Option<Cross>,
    /// The lists whose videos take part in a cross-validation; all where nothing is said.
    pub of: Option<Vec<Fold>>,
    /// How many videos of the folds may be without labels.
    #[serde(default)]
    pub unlabelled: usize,
}

impl FoldTable {
    /// That of these lists.
    pub(crate) fn of(folds: Folds) -> Self {
        let Folds { train, valid, test } = folds;
        Self { train: Some(train), valid: Some(valid), test: Some(test), ..Self::default() }
    }

    /// The lists, if all three are there.
    pub(crate) fn lists(&self) -> Option<Folds> {
        Some(Folds { train: self.train.clone()?, valid: self.valid.clone()?, test: self.test.clone()? })
    }

    /// The videos that take part in a cross-validation, sorted: those of the lists, or where there are none all that have
    /// labels.
    fn taking_part(
        &self,
        lists: Option<Folds>,
        labelled: impl FnOnce() -> Result<BTreeSet<String>, DataError>,
    ) -> Result<BTreeSet<String>, DataError> {
        let Some(lists) = lists else { return labelled() };
        let of = self.of.as_deref().unwrap_or(&Fold::ALL);
        Ok(of.iter().flat_map(|&fold| lists.ids(fold)).cloned().collect())
    }

    /// The folds in `folder`: those of the lists, or of a cross-validation's `fold`; of its first one, where the recipe has
    /// no lists and nothing is said. `labelled` gives the videos of the label file.
    pub(crate) fn read(
        &self,
        folder: &Path,
        fold: Option<&CrossFold>,
        labelled: impl FnOnce() -> Result<BTreeSet<String>, DataError>,
    ) -> Result<Folds, DataError> {
        let lists = self.read_lists(folder)?;
        let first = || Some(CrossFold { cross: self.cross.clone()?, test: 0 });
        let fold = fold.cloned().or_else(|| first().filter(|_| lists.is_none()));
        let Some(fold) = fold else { return Ok(lists.unwrap_or_default()) };
        let videos = self.taking_part(lists, labelled)?;
        let videos: Vec<&str> = videos.iter().map(String::as_str).collect();
        cross::folds(&videos, &fold).map_err(|reason| DataError::Cross { reason })
    }

    /// The lists, read from their file in `folder` if the recipe does not have them; none where there are none.
    fn read_lists(&self, folder: &Path) -> Result<Option<Folds>, DataError> {
        let Some(file) = &self.file else { return Ok(self.lists()) };
        let path = folder.join(file);
        let wrong = |path: PathBuf, reason: String| DataError::FoldFile { path, reason };
        let text = corrkd_system::read(&path, LONGEST).and_then(utf8);
        let text = text.map_err(|cause| wrong(path.clone(), cause.to_string()))?;
        let folds: Folds = toml::from_str(&text).map_err(|error| wrong(path.clone(), error.to_string()))?;
        folds.check().map_err(|(fold, reason)| wrong(path, format!("{fold}: {reason}")))?;
        Ok(Some(folds))
    }
}
