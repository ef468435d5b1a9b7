//! All files of a data set, open.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::{Entry, Features};
use std::path::Path;

use super::segment::Track;
use super::segments::Segments;
use super::source::Source;
use crate::recipe::Download;
use crate::rows::{hold_data, non_finite, pick, unmeasured};
use crate::{Clean, DataError, FeatureFile, Recipe, Reference, Zeros};

/// The files of a recipe.
pub(crate) struct Files<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) segments: Segments,
    /// Nothing for a modality that the data set does not have.
    pub(crate) features: PerModality<Option<Source>>,
    pub(crate) words: Option<Source>,
    /// Features without rows, of the type and shape of each file's first entry.
    models: PerModality<Option<Features>>,
}

impl<'a> Files<'a> {
    /// Opens the recipe's files in `folder`.
    pub(crate) fn open(recipe: &'a Recipe, folder: &Path) -> Result<Self, DataError> {
        let features = PerModality::try_from_fn(|m| {
            recipe.features.get(m).as_ref().map(|file| Source::open(folder, &file.download())).transpose()
        })?;
        Self::with(recipe, folder, Segments::labelled(Source::open(folder, &recipe.labels.download())?), features)
    }

    /// The same of samples whose labels are not asked for: a label sequence that is there says where they begin and end.
    /// A file of features may be absent, of all but one modality and not that which the others are aligned to.
    pub(crate) fn unlabelled(recipe: &'a Recipe, folder: &Path) -> Result<Self, DataError> {
        let there = |download: &Download<'_>| folder.join(download.file).exists();
        let labels = Some(recipe.labels.download()).filter(there);
        let labels = labels.map(|download| Source::open(folder, &download)).transpose()?;
        let none = !recipe.modalities().any(|(_, file)| there(&file.download()));
        let reference = recipe.reference.and_then(Reference::modality);
        let features = PerModality::try_from_fn(|m| {
            let needed = none || reference == Some(m);
            let file = recipe.features.get(m).as_ref().map(FeatureFile::download);
            file.filter(|file| needed || there(file)).map(|file| Source::open(folder, &file)).transpose()
        })?;
        Self::with(recipe, folder, Segments::unlabelled(labels), features)
    }

    fn with(
        recipe: &'a Recipe,
        folder: &Path,
        segments: Segments,
        features: PerModality<Option<Source>>,
    ) -> Result<Self, DataError> {
        let words = recipe.words.as_ref().map(|file| Source::open(folder, &file.download())).transpose()?;
        let models = PerModality::try_from_fn(|m| {
            let (Some(source), Some(file)) = (features.get(m), recipe.features.get(m)) else { return Ok(None) };
            let Some((_, keys)) = source.videos().next() else { return Ok(None) };
            let first = source.features(&keys[..1.min(keys.len())], file)?;
            Ok::<_, DataError>(first.map(|entry| pick(&entry.features, &[])))
        })?;
        let files = Self { recipe, segments, features, words, models };
        files.check_keys()?;
        Ok(files)
    }

    /// Features without rows, of a modality's type and shape; nothing where the data set does not have the modality.
    pub(super) fn model(&self, modality: Modality) -> Option<&Features> {
        self.models.get(modality).as_ref()
    }

    /// A modality's rows in the entries `keys`, with the number of values that are not finite, which become 0 with
    /// `zero`; nothing where there is no key.
    pub(super) fn track(
        &self,
        modality: Modality,
        keys: &[String],
        zero: bool,
    ) -> Result<Option<(Track, usize)>, DataError> {
        let (Some(source), Some(file), Some(model)) =
            (self.features.get(modality), self.recipe.features.get(modality), self.model(modality))
        else {
            return Ok(None);
        };
        let Some(Entry { intervals, mut features }) = source.features(keys, file)? else { return Ok(None) };
        let kind = |features: &Features| if matches!(features, Features::Texts(_)) { "texts" } else { "numbers" };
        if kind(&features) != kind(model) {
            return Err(source.mismatch(&keys.join(", "), kind(model), kind(&features)));
        }
        let present = hold_data(&features, file.zeros);
        let bad = non_finite(&mut features, zero);
        if file.zeros == Zeros::Missing && self.recipe.clean == Clean::Skip && !zero {
            unmeasured(&mut features, &present);
        }
        Ok(Some((Track { intervals, features, present }, bad)))
    }

    /// Whether a video has rows of every modality that the data set has.
    pub(super) fn complete(&self, video: &str) -> bool {
        self.features.iter().all(|(_, source)| source.as_ref().is_none_or(|source| !source.keys(video).is_empty()))
    }

    /// What is aligned to must be keyed by video.
    fn check_keys(&self) -> Result<(), DataError> {
        let reference = match self.recipe.reference {
            None => return Ok(()),
            Some(Reference::Labels) => None,
            Some(other) => other.modality().and_then(|modality| self.features.get(modality).as_ref()),
        };
        for source in [self.segments.labels(), reference].into_iter().flatten() {
            let mut keys = source.videos().flat_map(|(_, keys)| keys);
            if let Some(key) = keys.find(|key| key.contains('[')) {
                let expected =
                    "the id of a video (take `reference` out of the recipe if all files are aligned already)";
                return Err(source.mismatch(key, expected, "the id of a segment"));
            }
        }
        Ok(())
    }
}
