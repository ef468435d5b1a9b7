//! What can be wrong with a data set or with the recipe that names it.

use corrkd_config::Modality;
use corrkd_csd::CsdError;
use std::path::PathBuf;

use crate::{Collapse, Fold};

/// A data set that cannot be made ready. [`is_user_input`](Self::is_user_input) tells exit code 2 from 3.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// No recipe has this name.
    #[error("no recipe is named `{name}`, expected one of {} or the path of a .toml file", known.join(", "))]
    UnknownRecipe {
        /// The name.
        name: String,
        /// The recipes there are.
        known: Vec<&'static str>,
    },
    /// The recipe's file cannot be read.
    #[error("{}: the recipe cannot be read: {cause}", path.display())]
    RecipeFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The recipe is not TOML, or a key or value does not fit.
    #[error("recipe `{recipe}`: at `{key}`: {reason}")]
    Recipe {
        /// The recipe's name or path.
        recipe: String,
        /// Dotted path of the key.
        key: String,
        /// What is wrong; for an unknown key, the allowed ones.
        reason: String,
    },
    /// The size does not fit the recipe.
    #[error("recipe `{recipe}` has no size `{got}`, expected {expected}")]
    Size {
        /// The recipe's name.
        recipe: String,
        /// The size asked for.
        got: String,
        /// What would be accepted.
        expected: String,
    },
    /// The recipe reads files, and no folder was given.
    #[error(
        "recipe `{recipe}` reads {}: give the folder that holds them with --data DIR (datasets/README.md says where \
         they are had)",
        files.join(", ")
    )]
    NoSource {
        /// The recipe's name.
        recipe: String,
        /// The files it reads.
        files: Vec<String>,
    },
    /// What was given as the folder that holds the data set's files is none.
    #[error(
        "{path}: expected the folder that holds the data set's files, got a file; `corrkd data import {path} --out DIR` \
         makes such a folder of what people pass around",
        path = path.display()
    )]
    NoFolder {
        /// The file.
        path: PathBuf,
    },
    /// A sequence cannot be read or written.
    #[error(transparent)]
    Csd(#[from] CsdError),
    /// The system refuses to read or write a file or folder.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The cache cannot be written.
    #[error(
        "{}: the cache cannot be written: {cause}; see that there are room and the right to write, or keep it in another \
         folder (--cache DIR; of a whole experiment, --runs DIR)", path.display()
    )]
    Cache {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A file holds another sequence than the recipe says.
    #[error("{}: expected a sequence named {}, got `{got}`; correct `file` or `roots` in the recipe", path.display(), expected.join(" or "))]
    Root {
        /// The file.
        path: PathBuf,
        /// The names the recipe accepts.
        expected: Vec<String>,
        /// The name in the file.
        got: String,
    },
    /// An entry does not have the form that the recipe says.
    #[error("{}: at `{id}`: expected {expected}, got {got}", path.display())]
    Entry {
        /// The file.
        path: PathBuf,
        /// The entry's id.
        id: String,
        /// What the recipe says.
        expected: String,
        /// What the file has.
        got: String,
    },
    /// A label lies outside the recipe's range, or is no number.
    #[error("{}: the label of `{id}` is {got}, expected a number within {low} and {high}; correct the row, or `labels.column`, `labels.range` or `labels.outside` in the recipe", path.display())]
    Label {
        /// The file.
        path: PathBuf,
        /// The sample, `video[i]`.
        id: String,
        /// The label.
        got: f32,
        /// The least label.
        low: f32,
        /// The greatest label.
        high: f32,
    },
    /// A row of the labels is in no category, or in several.
    #[error("{}: the label of `{id}` (row {row} of its entry) has {}, expected exactly one of them to be 1 and the others 0; correct the row or `labels.categories` in the recipe", path.display(), categories(got))]
    Category {
        /// The file.
        path: PathBuf,
        /// The sample, `video[i]`.
        id: String,
        /// The row of the entry, from 0.
        row: usize,
        /// The categories' columns, in the file's order, and their values.
        got: Vec<(String, f32)>,
    },
    /// A fold names a video that has no labels.
    #[error("{fold} fold: video `{id}` is not in {}; complete the data or take the id out of {lists}", path.display())]
    FoldId {
        /// The fold.
        fold: Fold,
        /// The video.
        id: String,
        /// The label file.
        path: PathBuf,
        /// Where the folds' lists stand: `the recipe`, or the path of their file.
        lists: String,
    },
    /// The videos cannot be divided into the folds of a cross-validation.
    #[error("folds: {reason}; correct `folds` in the experiment, or `folds.cross` in the recipe")]
    Cross {
        /// What is wrong.
        reason: String,
    },
    /// The file of folds cannot be read or is not as it must be.
    #[error("{}: expected the lists of videos `train`, `valid` and `test`: {reason}", path.display())]
    FoldFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Modalities of a segment differ in their numbers of frames, so that no network can read them together.
    #[error(
        "{id}: {modality} has {got} frames, expected {expected} as in {reference}: not aligned; give `time` in the recipe a \
         number for each modality, or align with `reference` and `collapse`"
    )]
    Unequal {
        /// The sample.
        id: String,
        /// The modality.
        modality: Modality,
        /// Its frames.
        got: usize,
        /// The modality it was held against.
        reference: Modality,
        /// That one's frames.
        expected: usize,
    },
    /// Words have come as far as a sample.
    #[error("{id}: {modality} holds words; make vectors of them with `corrkd data embed`")]
    Wordy {
        /// The sample.
        id: String,
        /// The modality.
        modality: Modality,
    },
    /// A value that is not finite has come as far as a sample.
    #[error(
        "{id}: {modality} holds a value that is not finite as a 32-bit number; set `clean` in the recipe to skip or zero"
    )]
    NotFinite {
        /// The sample.
        id: String,
        /// The modality.
        modality: Modality,
    },
    /// Frames are not as wide as those of the data set.
    #[error(
        "{id}: {modality} has frames of {got} numbers, expected {expected}, the width that the network learned from"
    )]
    Width {
        /// The sample.
        id: String,
        /// The modality.
        modality: Modality,
        /// Numbers in a frame of the data set.
        expected: usize,
        /// Numbers in its frame.
        got: usize,
    },
    /// Words cannot be averaged.
    #[error("{}: at `{id}`: texts have no {collapse}; set `collapse` in the recipe to [\"last\"] or []", path.display())]
    Texts {
        /// The file.
        path: PathBuf,
        /// The entry.
        id: String,
        /// What was to be made of them.
        collapse: Collapse,
    },
    /// What is to be written exists.
    #[error("{}: this is no folder to be made, or there is something in it; name a new or an empty one", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// The user stopped it.
    #[error("interrupted; nothing half-written was left")]
    Interrupted,
    /// A fold has no samples.
    #[error(
        "the {fold} fold has no samples: none of its videos has a labelled segment with frames; correct the lists, or \
         cross-validate with `folds = 5` in the experiment"
    )]
    EmptySplit {
        /// The fold.
        fold: Fold,
    },
    /// No sample has a modality.
    #[error(
        "{modality} is absent: no sample of any fold has a frame of it in {}; correct the file, or take \
         [features.{modality}] out of the recipe", path.display()
    )]
    ModalityAbsent {
        /// The modality.
        modality: Modality,
        /// The modality's file.
        path: PathBuf,
    },
}

impl DataError {
    /// Whether the user's input is at fault (exit code 2) rather than absent or damaged data (exit code 3).
    #[must_use]
    pub const fn is_user_input(&self) -> bool {
        matches!(
            self,
            Self::UnknownRecipe { .. }
                | Self::RecipeFile { .. }
                | Self::Recipe { .. }
                | Self::Size { .. }
                | Self::NoFolder { .. }
                | Self::Occupied { .. }
                | Self::Cross { .. }
        )
    }
}

fn categories(got: &[(String, f32)]) -> String {
    got.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}
