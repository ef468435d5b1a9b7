//! Missingness: what becomes of a sample's frames (method, "Modality Random Missing" and the test conditions).
//!
//! A corruption is a pure function of the seed, the epoch or condition, and the sample: it knows nothing of batches, and every
//! variant of an ablation sees the same ones.

mod bursts;
mod corruption;
mod gap;
mod law;
mod mechanism;
mod noise;
mod propensity;
mod statistics;
mod words;

pub use corruption::Corruption;
pub use law::{test_corruption, training_corruption};
pub use statistics::DataStatistics;
