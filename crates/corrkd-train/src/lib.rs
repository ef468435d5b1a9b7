//! The paper's algorithm: a teacher learns from complete samples, a student from the teacher and masked samples; the
//! best validation epoch is tested once, under every condition.
//!
//! Data flows one way: [`run`] loads the data, `fit` trains a `Learner` (`teacher` or `student`), `outcome` reads the
//! test split with the chosen weights. [`verify`] does a finished run once more and compares.

mod blame;
mod checkpoint;
mod device;
mod environment;
mod error;
mod fit;
mod judge;
mod labels;
mod learner;
mod lesson;
mod outcome;
mod predict;
#[cfg(test)]
mod proof;
mod run;
mod student;
mod teacher;
mod verify;
mod work;

pub use device::open_device;
pub use error::{Blame, Culprit, TrainError};
pub use run::{CODE, run};
pub use verify::{Difference, Verification, verify};
pub use work::sizes;
