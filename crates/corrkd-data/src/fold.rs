//! Folds: which videos train, validate and test. A video is never in two, so no speaker is seen before the test.

use corrkd_config::Modality;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::segment::Segment;
use crate::{DataError, Recipe};

/// One of the three folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fold {
    /// Parameters and standardisation are fitted to it.
    Train,
    /// The best epoch is chosen by it.
    Valid,
    /// It is read once, after training.
    Test,
}

impl Fold {
    /// All three, in order.
    pub const ALL: [Self; 3] = [Self::Train, Self::Valid, Self::Test];

    /// The name in recipes and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Valid => "valid",
            Self::Test => "test",
        }
    }
}

impl std::fmt::Display for Fold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Video ids by fold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
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
}

/// Segments by fold, in the order of [`Fold::ALL`], and how many were in no fold.
///
/// `videos` are those with labels, from the recipe's label file in `folder`.
///
/// # Errors
/// [`DataError::FoldId`] for a video without labels, [`DataError::EmptySplit`], [`DataError::ModalityAbsent`].
pub(crate) fn split(
    segments: Vec<Segment>,
    folds: &Folds,
    videos: &BTreeSet<String>,
    recipe: &Recipe,
    folder: &Path,
) -> Result<([Vec<Segment>; 3], usize), DataError> {
    let mut fold_of: BTreeMap<&str, Fold> = BTreeMap::new();
    for fold in Fold::ALL {
        for id in folds.ids(fold) {
            if !videos.contains(id) {
                return Err(DataError::FoldId { fold, id: id.clone(), path: folder.join(&recipe.labels.file) });
            }
            fold_of.insert(id, fold);
        }
    }
    let mut splits: [Vec<Segment>; 3] = Default::default();
    let mut without_fold = 0;
    for segment in segments {
        match fold_of.get(segment.video()) {
            Some(&fold) => splits[fold as usize].push(segment),
            None => without_fold += 1,
        }
    }
    for (fold, segments) in Fold::ALL.into_iter().zip(&splits) {
        if segments.is_empty() {
            return Err(DataError::EmptySplit { fold });
        }
        for modality in Modality::ALL {
            if segments.iter().all(|segment| segment.lacks(modality)) {
                let path = folder.join(&recipe.features.get(modality).file);
                return Err(DataError::ModalityAbsent { fold, modality, path });
            }
        }
    }
    Ok((splits, without_fold))
}
