//! The recipe: what a data set's files are called, what they hold, and how samples are made from them.
//!
//! `datasets/README.md` explains the keys; `datasets/*.toml` are the recipes that the program knows by name.

mod check;
mod files;
mod labels;
mod settings;
mod time;

pub use files::{Download, FeatureFile, PartFile, SourceFile, WordFile, Zeros};
pub use labels::{Label, LabelFile, LabelKind, Outside};
pub use settings::{Clean, Generate, Incomplete, Keep, Pad, Pauses, Reference, Standardise};
pub use time::Time;

use corrkd_config::{Modality, PerModality, Presence};
use serde::Deserialize;

use crate::{Collapse, DataError, FoldTable, Samples};

/// A checked recipe.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What the data set is, for people.
    pub title: String,
    /// The greatest number of frames in a sample, T; whether modalities have frames of their own.
    pub time: Time,
    /// Which frames of a longer sample stay.
    pub keep: Keep,
    /// Where zeros go in a shorter sample, wherever samples are written with T frames each.
    #[serde(default)]
    pub pad: Pad,
    /// How features are scaled.
    pub standardise: Standardise,
    /// Whose rows become the frames; absent where the files are aligned already and keyed `video[i]`.
    pub reference: Option<Reference>,
    /// What becomes of the rows within one row of the reference: one row of these, side by side; all of them where
    /// empty.
    #[serde(default = "mean")]
    pub collapse: Vec<Collapse>,
    /// What becomes of values that are not finite.
    #[serde(default)]
    pub clean: Clean,
    /// What becomes of pauses between words.
    #[serde(default)]
    pub pauses: Pauses,
    /// What becomes of a video that lacks a modality.
    #[serde(default)]
    pub incomplete: Incomplete,
    /// The words themselves, where the reference has only their vectors; needed to know the pauses.
    pub words: Option<WordFile>,
    /// The labels.
    pub labels: LabelFile,
    /// The features; a modality that is left out is missing in the whole data set.
    pub features: PerModality<Option<FeatureFile>>,
    /// Which videos train, validate and test; absent where the data are generated.
    pub folds: Option<FoldTable>,
    /// How many samples the folds are known to have.
    pub expected: Option<Samples>,
    /// Present where the data are generated.
    pub generate: Option<Generate>,
    /// The published file that the others are imported from.
    pub source: Option<SourceFile>,
}

fn mean() -> Vec<Collapse> {
    vec![Collapse::Mean]
}

impl Recipe {
    /// Reads and checks a recipe's text; `name` is for messages.
    ///
    /// # Errors
    /// [`DataError::Recipe`], naming the key and what would be accepted.
    pub fn parse(name: &str, text: &str) -> Result<Self, DataError> {
        let wrong = |key: String, reason: String| DataError::Recipe { recipe: name.to_owned(), key, reason };
        let table: toml::Table =
            toml::from_str(text).map_err(|e| wrong("the file".to_owned(), format!("not TOML: {e}")))?;
        let recipe: Self = serde_path_to_error::deserialize(table)
            .map_err(|e| wrong(e.path().to_string(), e.inner().message().trim_end().to_owned()))?;
        check::check(&recipe).map_err(|(key, reason)| wrong(key, reason))?;
        Ok(recipe)
    }

    /// The names of the sequences' files, labels first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.downloads().map(|download| download.file)
    }

    /// The sequences' files with what is known of where they can be had, labels first.
    pub fn downloads(&self) -> impl Iterator<Item = Download<'_>> {
        let features = self.features.iter().filter_map(|(_, file)| file.as_ref());
        std::iter::once(self.labels.download())
            .chain(features.map(FeatureFile::download))
            .chain(self.words.as_ref().map(WordFile::download))
    }

    /// The files to fetch: the published one that the sequences are imported from, or else the sequences themselves.
    pub fn published(&self) -> impl Iterator<Item = Download<'_>> {
        let source = self.source.as_ref().map(SourceFile::download);
        let sequences = source.is_none().then(|| self.downloads());
        source.into_iter().chain(sequences.into_iter().flatten())
    }

    /// The modalities that the data set has.
    pub fn modalities(&self) -> impl Iterator<Item = (Modality, &FeatureFile)> {
        self.features.iter().filter_map(|(modality, file)| file.as_ref().map(|file| (modality, file)))
    }

    /// The set of the modalities that the data set has.
    #[must_use]
    pub fn presence(&self) -> Presence {
        // One at least: a recipe without any is refused.
        Presence::of(|m| self.features.get(m).is_some()).unwrap_or(Presence::COMPLETE)
    }

    /// Whether the frames of language are words: they are the reference; or their texts are known, and no rows are put together.
    #[must_use]
    pub fn has_words(&self) -> bool {
        let known = self.words.is_some() && (self.reference.is_none() || self.collapse.is_empty());
        let led = self.reference.and_then(Reference::modality) == Some(Modality::Language);
        self.features.language.is_some() && (led || known)
    }

    /// Width of each modality's frames, D; a modality that the data set lacks has one column of zeros.
    #[must_use]
    pub fn widths(&self) -> PerModality<usize> {
        let times = if self.reference.is_some() { self.collapse.len().max(1) } else { 1 };
        self.features.map(|_, file| file.as_ref().map_or(1, |file| file.width * times))
    }
}
