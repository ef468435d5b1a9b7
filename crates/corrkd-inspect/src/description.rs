//! What `describe` tells: files, segments, and the data set that a recipe makes of them.
//!
//! As JSON these structures are stable: fields are added, never renamed. Times are in seconds, rows and columns count from
//! 0, shares are not given where counts are, and what is not known is `null`.

use corrkd_config::{Modality, PerModality};
use corrkd_data::{Samples, Summary};
use serde::Serialize;

use crate::contents::Contents;
use crate::labels::Labels;
use crate::segments::Segments;

/// What files hold, and what a recipe makes of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Description {
    /// The version of this structure, 1.
    pub format: u32,
    /// The files, in the order given; of a recipe labels first, then features, then words.
    pub files: Vec<Described>,
    /// The labelled segments; nothing where no file holds labels.
    pub segments: Option<Segments>,
    /// The data set; nothing where files were given.
    pub recipe: Option<DataSet>,
}

/// One file.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Described {
    /// The path.
    pub file: String,
    /// What it is for: `labels`, `language`, `audio`, `vision`, `words`. Of files without a recipe, only labels are known
    /// by their name.
    pub roles: Vec<&'static str>,
    /// Its length in bytes.
    pub bytes: Option<u64>,
    /// SHA-256 of its bytes, where the recipe has one to compare.
    pub sha256: Option<String>,
    /// Whether that is the recipe's.
    pub as_expected: Option<bool>,
    /// Why it cannot be read.
    pub problem: Option<String>,
    /// What it holds, where it can be read.
    pub contents: Option<Contents>,
    /// Its columns, where it holds labels.
    pub labels: Option<Labels>,
    /// Videos (or segments, where both are keyed by segment) that have labels and are not in this file; without labels
    /// those that are in another file.
    pub missing: Vec<String>,
    /// Videos (or segments) of this file that have no labels.
    pub unlabelled: Vec<String>,
}

/// What a recipe makes of its files.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DataSet {
    /// The recipe's name, with the size where the data are generated.
    pub name: String,
    /// The recipe's title.
    pub title: String,
    /// The part that is tested in the folds below, where the recipe cross-validates: the first.
    pub tested: Option<String>,
    /// The folder of the files.
    pub folder: String,
    /// The greatest number of frames in a sample, T: of any modality.
    pub time: usize,
    /// That of each modality, where each has frames of its own.
    pub times: Option<PerModality<usize>>,
    /// The folds: train, valid, test.
    pub folds: Vec<FoldCount>,
    /// Videos that have labels and are in no fold.
    pub in_no_fold: Vec<String>,
    /// Videos of the folds that have no labels.
    pub without_labels: Vec<String>,
    /// What was made, dropped and filled in, as training sees it; nothing where no samples can be made.
    pub summary: Option<Summary>,
    /// What is missing by nature, for each fold and each modality that the data set has; nothing where no samples can be
    /// made.
    pub missing: Vec<Missing>,
    /// What the recipe says that the samples should be.
    pub expected: Option<Samples>,
    /// Why no samples can be made.
    pub problem: Option<String>,
}

/// What is missing by nature of one modality in one fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The modality.
    pub modality: Modality,
    /// `train`, `valid` or `test`.
    pub fold: &'static str,
    /// Samples of the fold.
    pub samples: usize,
    /// Samples in which no frame of the modality holds data.
    pub lacking: usize,
    /// Frames of the other samples.
    pub frames: usize,
    /// Those of them that hold no data.
    pub without_data: usize,
}

/// One fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FoldCount {
    /// `train`, `valid` or `test`.
    pub fold: &'static str,
    /// Videos in the recipe's list.
    pub videos: usize,
    /// Those of them that have labels.
    pub labelled: usize,
    /// Rows of the label sequence.
    pub segments: usize,
    /// Samples that come out.
    pub samples: Option<usize>,
    /// Samples that should come out.
    pub expected: Option<usize>,
}
