//! The paper's algorithm: a teacher learns from complete samples, a student from the teacher and masked samples; the
//! best validation epoch is tested once, under every condition.
//!
//! Data flows one way: [`run`] loads the data, `fit` trains a `Learner` (`teacher` or `student`), `outcome` reads the
//! test split with the chosen weights.

mod checkpoint;
mod device;
mod environment;
mod error;
mod fit;
mod judge;
mod learner;
mod outcome;
mod predict;
#[cfg(test)]
mod proof;
mod run;
mod student;
mod teacher;

pub use device::open_device;
pub use error::TrainError;
pub use run::{CODE, run, sizes};
