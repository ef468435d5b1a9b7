//! The recipe: what a data set's files are called, what they hold, and how samples are made from them.
//!
//! `datasets/README.md` explains the keys; `datasets/*.toml` are the recipes that the program knows by name.

use corrkd_config::{Modality, PerModality};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::{DataError, Fold, Folds, synthetic};

/// A checked recipe.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What the data set is, for people.
    pub title: String,
    /// The greatest number of frames in a sample, T.
    pub time: usize,
    /// Which frames of a longer sample stay.
    pub keep: Keep,
    /// How features are scaled.
    pub standardise: Standardise,
    /// The modality whose rows (words) become the frames; absent where the files are aligned already and keyed
    /// `video[i]`.
    pub reference: Option<Modality>,
    /// The labels.
    pub labels: LabelFile,
    /// The features.
    pub features: PerModality<FeatureFile>,
    /// Which videos train, validate and test; absent where the data are generated.
    pub folds: Option<Folds>,
    /// Present where the data are generated.
    pub generate: Option<Generate>,
}

/// The label sequence.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelFile {
    /// The file's name in the data folder.
    pub file: String,
    /// Accepted names of the sequence, letter case aside; any name where empty.
    #[serde(default)]
    pub roots: Vec<String>,
    /// Which column is the label, from 0.
    pub column: usize,
    /// Least and greatest label.
    pub range: [f32; 2],
}

/// The feature sequence of one modality.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureFile {
    /// The file's name in the data folder.
    pub file: String,
    /// Accepted names of the sequence, letter case aside; any name where empty.
    #[serde(default)]
    pub roots: Vec<String>,
    /// Columns, D.
    pub width: usize,
}

/// Which T frames of a longer sample stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The first T.
    First,
    /// The last T, as the SDK's `get_tensors` does by default.
    Last,
}

impl Keep {
    /// Which of `length` frames stay when at most `time` may.
    pub(crate) fn range(self, length: usize, time: usize) -> Range<usize> {
        match self {
            Self::First => 0..length.min(time),
            Self::Last => length.saturating_sub(time)..length,
        }
    }
}

/// How features are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standardise {
    /// Each column to mean 0 and standard deviation 1 over the training fold.
    Train,
    /// Not at all.
    None,
}

/// The data are generated, in one of several sizes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generate {
    /// The sizes; the first is the default.
    pub sizes: Vec<String>,
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
        recipe.check().map_err(|(key, reason)| wrong(key, reason))?;
        Ok(recipe)
    }

    /// The names of the files that the recipe reads, labels first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.labels.file.as_str()).chain(self.features.iter().map(|(_, f)| f.file.as_str()))
    }

    /// Width of each modality, D.
    #[must_use]
    pub fn widths(&self) -> PerModality<usize> {
        self.features.map(|_, f| f.width)
    }

    /// What parsing alone does not see: the key at fault and why.
    fn check(&self) -> Result<(), (String, String)> {
        let require = |holds: bool, key: &str, reason: &str| {
            if holds { Ok(()) } else { Err((key.to_owned(), reason.to_owned())) }
        };
        require(self.time > 0, "time", "is 0, expected at least 1")?;
        let [low, high] = self.labels.range;
        require(low < high, "labels.range", &format!("is [{low}, {high}], expected [low, high] with low below high"))?;
        for (modality, features) in self.features.iter() {
            require(features.width > 0, &format!("features.{modality}.width"), "is 0, expected at least 1")?;
        }
        match (&self.folds, &self.generate) {
            (Some(folds), None) => check_folds(folds),
            (None, Some(generate)) => {
                require(!generate.sizes.is_empty(), "generate.sizes", "is empty, expected at least one size")?;
                generate.sizes.iter().try_for_each(|size| {
                    let known = size.parse::<synthetic::Size>();
                    known.map(drop).map_err(|e| ("generate.sizes".to_owned(), e.to_string()))
                })
            }
            _ => Err(("folds".to_owned(), "expected either [folds] or [generate]".to_owned())),
        }
    }
}

/// No video may stand in two folds, or twice in one.
fn check_folds(folds: &Folds) -> Result<(), (String, String)> {
    let mut seen: BTreeMap<&str, Fold> = BTreeMap::new();
    for fold in Fold::ALL {
        for id in folds.ids(fold) {
            if let Some(other) = seen.insert(id, fold) {
                let reason = format!("video `{id}` is in the {other} fold already, expected each video once");
                return Err((format!("folds.{fold}"), reason));
            }
        }
    }
    Ok(())
}
