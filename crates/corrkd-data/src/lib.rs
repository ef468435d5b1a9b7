//! Recipes, folds, alignment, cleaning, the aligned cache, samples, missingness and batches
//!
//! ```
//! use corrkd_config::DatasetRef;
//! use corrkd_data::{Trust, load, recipe, unseen};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let cache = tempfile::tempdir()?;
//! // Generated data need no files of anybody's: 560 segments, aligned to words.
//! let dataset = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()), fold: None };
//! let data = load(&dataset, None, cache.path(), Trust::Remembered, &unseen)?;
//! assert_eq!(data.widths, recipe("synthetic")?.widths());
//! let sample = &data.train.samples[0];
//! assert_eq!(sample.features.language.len(), sample.present.language.len() * data.widths.language);
//! # Ok(())
//! # }
//! ```

mod align;
mod batch;
mod cache;
mod catalog;
mod collapse;
mod conditions;
mod cross;
mod dataset;
mod error;
mod export;
mod fingerprint;
mod fold;
mod fold_table;
mod folds;
mod frames;
mod gather;
mod generated;
mod load;
mod mean;
mod missing;
pub mod mmdataset;
mod moments;
mod pause;
mod place;
mod preparation;
mod progress;
mod read;
mod recipe;
mod rows;
mod sample;
mod standardise;
mod summary;
pub mod synthetic;
mod tensors;
mod transcript;
mod trust;

pub use align::{EPSILON, Overlap, overlaps};
pub use batch::{Batch, Row, epoch_order};
pub use catalog::recipe;
pub use collapse::Collapse;
pub use conditions::conditions;
pub use dataset::Dataset;
pub use error::DataError;
pub use export::{Exported, export, vacant};
pub use fold::Fold;
pub use fold_table::FoldTable;
pub use folds::Folds;
pub use frames::Frames;
pub use gather::video;
pub use load::load;
pub use missing::{Corruption, DataStatistics, test_corruption, training_corruption};
pub use pause::PAUSE;
pub use place::{Located, locate};
pub use preparation::{Given, Preparation};
pub use progress::{Progress, unseen};
pub use read::{Met, labelled, unlabelled};
pub use recipe::{
    Clean, Download, FeatureFile, Generate, Incomplete, Keep, Label, LabelFile, LabelKind, Outside, Pad, PartFile,
    Pauses, Recipe, Reference, SourceFile, Standardise, Time, WordFile, Zeros,
};
pub use sample::{Sample, Split};
pub use standardise::Scaling;
pub use summary::{Dropped, Samples, Summary};
pub use tensors::write_tensors;
pub use trust::Trust;
