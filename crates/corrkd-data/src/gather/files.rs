//! All files of a data set, open.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::{Entry, Features};
use std::collections::BTreeSet;
use std::path::Path;

use super::segment::Track;
use super::source::Source;
use crate::rows::{hold_data, non_finite, pick, unmeasured};
use crate::{Clean, DataError, Recipe, Reference, Zeros};

/// The files of a recipe.
pub(crate) struct Files<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) labels: Source,
    /// Nothing for a modality that the data set does not have.
    pub(crate) features: PerModality<Option<Source>>,
    pub(crate) words: Option<Source>,
    /// Features without rows, of the type and shape of each file's first entry.
    models: PerModality<Option<Features>>,
}

impl<'a> Files<'a> {
    /// Opens the recipe's files in `folder`.
    pub(crate) fn open(recipe: &'a Recipe, folder: &Path) -> Result<Self, DataError> {
        let labels = Source::open(folder, &recipe.labels.download())?;
        let features = PerModality::try_from_fn(|m| {
            recipe.features.get(m).as_ref().map(|file| Source::open(folder, &file.download())).transpose()
        })?;
        let words = recipe.words.as_ref().map(|file| Source::open(folder, &file.download())).transpose()?;
        let models = PerModality::try_from_fn(|m| {
            let (Some(source), Some(file)) = (features.get(m), recipe.features.get(m)) else { return Ok(None) };
            let Some((_, keys)) = source.videos().next() else { return Ok(None) };
            let first = source.features(&keys[..1.min(keys.len())], file)?;
            Ok::<_, DataError>(first.map(|entry| pick(&entry.features, &[])))
        })?;
        let files = Self { recipe, labels, features, words, models };
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

    /// The videos that have labels.
    pub(crate) fn videos(&self) -> BTreeSet<String> {
        self.labels.videos().map(|(video, _)| video.to_owned()).collect()
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
        for source in [Some(&self.labels), reference].into_iter().flatten() {
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
