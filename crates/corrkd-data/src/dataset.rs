//! A data set ready for training, and the way there: recipe -> files -> aligned segments -> folds -> scaled samples.

use corrkd_config::{DatasetRef, Modality, PerModality};
use std::path::Path;

use crate::catalog;
use crate::fingerprint::fingerprint;
use crate::place::{Place, place};
use crate::segment::{Gathered, Segment};
use crate::standardise::Scaling;
use crate::{DataError, Fold, Folds, Recipe, Standardise, Summary, cache, fold, given, words};

/// A data set: three splits of samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The recipe's name, with the size where the data are generated.
    pub name: String,
    /// Width D of each modality's frames.
    pub widths: PerModality<usize>,
    /// The greatest number of frames in a sample, T.
    pub time: usize,
    /// A hash of everything the samples depend on; also the key of the cache.
    pub fingerprint: String,
    /// The training samples.
    pub train: Split,
    /// The validation samples.
    pub valid: Split,
    /// The test samples.
    pub test: Split,
    /// What was dropped, replaced and missing on the way.
    pub summary: Summary,
}

impl Dataset {
    /// The samples of one fold.
    #[must_use]
    pub const fn split(&self, fold: Fold) -> &Split {
        match fold {
            Fold::Train => &self.train,
            Fold::Valid => &self.valid,
            Fold::Test => &self.test,
        }
    }
}

/// The samples of one fold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Split {
    /// The samples, in the order of the label sequence.
    pub samples: Vec<Sample>,
}

/// A labelled segment of a video.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// `video[i]`, i being the row in the label sequence.
    pub id: String,
    /// The label.
    pub label: f32,
    /// Number of frames, at least 1 and at most T.
    pub length: usize,
    /// Frames, (length, D), row after row. A frame without data is zero, also after standardising.
    pub features: PerModality<Vec<f32>>,
}

impl From<Segment> for Sample {
    fn from(Segment { id, label, length, features: PerModality { language, audio, vision } }: Segment) -> Self {
        let features = PerModality { language: language.values, audio: audio.values, vision: vision.values };
        Self { id, label, length, features }
    }
}

/// Makes a data set ready: from `cache` if it was made there before, else from the recipe's files in `source`.
///
/// A generated data set needs no `source`: its files are written below `cache` once, and read as any others.
///
/// # Errors
/// [`DataError`]: the recipe is unknown or wrong, or the files are absent, damaged or not as the recipe says.
pub fn load(dataset: &DatasetRef, source: Option<&Path>, cache: &Path) -> Result<Dataset, DataError> {
    let found = catalog::find(&dataset.name)?;
    let Place { name, folder, folds } = place(&found, dataset.size.as_deref(), source, cache)?;
    let fingerprint = fingerprint(&found, &folds, &folder)?;
    let file = cache.join(format!("{name}-{}.safetensors", &fingerprint[..32]));
    let empty = Dataset {
        name,
        widths: found.recipe.widths(),
        time: found.recipe.time,
        fingerprint,
        train: Split::default(),
        valid: Split::default(),
        test: Split::default(),
        summary: Summary::default(),
    };
    if let Some(dataset) = cache::read(&file, &empty) {
        return Ok(dataset);
    }
    let dataset = build(empty, &found.recipe, &folds, &folder)?;
    cache::write(&file, &dataset)?;
    Ok(dataset)
}

fn build(mut dataset: Dataset, recipe: &Recipe, folds: &Folds, folder: &Path) -> Result<Dataset, DataError> {
    let Gathered { segments, videos, dropped, non_finite } = match recipe.reference {
        Some(reference) => words::gather(recipe, reference, folder)?,
        None => given::gather(recipe, folder)?,
    };
    let (mut splits, without_fold) = fold::split(segments, folds, &videos, recipe, folder)?;
    if recipe.standardise == Standardise::Train {
        let scaling = Scaling::fit(&splits[0], &dataset.widths);
        splits.iter_mut().flatten().for_each(|segment| scaling.apply(segment));
    }
    dataset.summary = Summary {
        train: splits[0].len(),
        valid: splits[1].len(),
        test: splits[2].len(),
        dropped: crate::Dropped { without_fold, ..dropped },
        non_finite,
        lacking: PerModality::from_fn(|m: Modality| splits.iter().flatten().filter(|s| s.lacks(m)).count()),
    };
    let [train, valid, test] =
        splits.map(|segments| Split { samples: segments.into_iter().map(Sample::from).collect() });
    Ok(Dataset { train, valid, test, ..dataset })
}
