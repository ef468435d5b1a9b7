//! Samples of other files, made as a data set's were, for a network that learned from that: one after the other, as they are
//! read.

use std::path::Path;

use corrkd_config::PerModality;

use crate::gather::{self, Files, Segment};
use crate::{DataError, Dropped, Fold, Incomplete, Located, Preparation, Progress, Recipe, Sample, Split};

/// What was met on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// Segments that became no sample.
    pub dropped: Dropped,
    /// Values that were not finite, by modality.
    pub non_finite: PerModality<usize>,
}

/// Gives each sample in the files of `recipe` in `folder` to `take`, in order. Labels are not read, and need not be there; no
/// sample is left out for what it lacks. The label of each is NaN.
///
/// # Errors
/// [`DataError`], and that of `take`.
pub fn unlabelled<E: From<DataError>>(
    preparation: &Preparation,
    recipe: &Recipe,
    folder: &Path,
    progress: &Progress<'_>,
    mut take: impl FnMut(Sample) -> Result<(), E>,
) -> Result<Met, E> {
    let recipe = Recipe { incomplete: Incomplete::Impute, ..recipe.clone() };
    let files = Files::unlabelled(&recipe, folder)?;
    let met = gather::each(&files, progress, |segment| take(preparation.sample(segment)?))?;
    Ok(Met { dropped: met.dropped, non_finite: met.non_finite })
}

/// The samples of a fold, with their labels.
///
/// # Errors
/// [`DataError`].
pub fn labelled(
    preparation: &Preparation,
    located: &Located,
    fold: Fold,
    progress: &Progress<'_>,
) -> Result<Split, DataError> {
    let files = Files::open(&located.recipe, &located.folder)?;
    let folds = located.folds.by_video();
    let mut samples = Vec::new();
    gather::each(&files, progress, |segment: Segment| {
        if folds.get(segment.video()) == Some(&fold) {
            samples.push(preparation.sample(segment)?);
        }
        Ok::<_, DataError>(())
    })?;
    Ok(Split { samples })
}
