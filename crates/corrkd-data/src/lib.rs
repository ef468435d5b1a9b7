//! Recipes, folds, alignment, cleaning, the aligned cache, samples, missingness and batches

mod align;
mod batch;
mod cache;
mod catalog;
mod clean;
mod dataset;
mod error;
mod fingerprint;
mod fold;
mod given;
mod missing;
mod place;
mod recipe;
mod segment;
mod source;
mod standardise;
mod summary;
pub mod synthetic;
mod words;

pub use align::{Overlap, overlaps};
pub use batch::{Batch, epoch_order};
pub use dataset::{Dataset, Sample, Split, load};
pub use error::DataError;
pub use fold::{Fold, Folds};
pub use missing::{Masks, test_mask, training_mask};
pub use recipe::{FeatureFile, Generate, Keep, LabelFile, Recipe, Standardise};
pub use summary::{Dropped, Summary};
