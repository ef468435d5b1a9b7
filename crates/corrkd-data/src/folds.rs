//! Which videos train, validate and test. A video is never in two folds, so no speaker is seen before the test.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{DataError, Fold};

/// Video ids by fold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folds {
    /// Training videos.
    pub train: Vec<String>,
    /// Validation videos.
    pub valid: Vec<String>,
    /// Test videos.
    pub test: Vec<String>,
}

impl Folds {
    /// The videos of one fold.
    #[must_use]
    pub fn ids(&self, fold: Fold) -> &[String] {
        match fold {
            Fold::Train => &self.train,
            Fold::Valid => &self.valid,
            Fold::Test => &self.test,
        }
    }

    /// The fold of each video.
    #[must_use]
    pub fn by_video(&self) -> BTreeMap<&str, Fold> {
        Fold::ALL.into_iter().flat_map(|fold| self.ids(fold).iter().map(move |id| (id.as_str(), fold))).collect()
    }

    /// No video may stand in two folds, or twice in one, or have a name that is none: the fold at fault and why.
    pub(crate) fn check(&self) -> Result<(), (Fold, String)> {
        let mut seen: BTreeMap<&str, Fold> = BTreeMap::new();
        for fold in Fold::ALL {
            for id in self.ids(fold) {
                if !corrkd_system::one_line(id) {
                    return Err((fold, format!("has {id:?}, expected ids without control characters")));
                }
                if let Some(other) = seen.insert(id, fold) {
                    let reason = format!("video `{id}` is in the {other} fold already, expected each video once");
                    return Err((fold, reason));
                }
            }
        }
        Ok(())
    }

    /// How many of the folds' videos have no labels; more than `allowed` are an error, for `labelled` are the videos
    /// of the label file at `path`, and `lists` says where the folds' lists stand.
    pub(crate) fn unlabelled(
        &self,
        labelled: &BTreeSet<String>,
        allowed: usize,
        path: &Path,
        lists: &str,
    ) -> Result<usize, DataError> {
        let lacking = self.by_video().into_iter().filter(|(id, _)| !labelled.contains(*id));
        let lacking: Vec<(&str, Fold)> = lacking.collect();
        match lacking.get(allowed) {
            Some(&(id, fold)) => {
                let (id, path, lists) = (id.to_owned(), path.to_owned(), lists.to_owned());
                Err(DataError::FoldId { fold, id, path, lists })
            }
            None => Ok(lacking.len()),
        }
    }
}
