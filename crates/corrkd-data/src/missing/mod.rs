//! Missingness: what becomes of a sample's frames (method, "Modality Random Missing" and the test conditions).
//!
//! A fate is a pure function of the seed, the epoch or condition, and the sample: it knows nothing of batches, and every
//! variant of an ablation sees the same ones.

mod bursts;
mod fate;
mod law;
mod mechanism;
mod noise;
mod population;
mod propensity;

pub use fate::Fate;
pub use law::{test_fates, training_fates};
pub use population::Population;
