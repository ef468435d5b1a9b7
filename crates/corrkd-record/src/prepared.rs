//! What preparing a data set tells the planner.

use crate::SplitSizes;
use serde::{Deserialize, Serialize};

/// What `corrkd prepare` prints, as JSON: the parts of a run's identity that only the program knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The fingerprint of the prepared data.
    pub fingerprint: String,
    /// The version of the code.
    pub code: String,
    /// The data's size.
    pub samples: SplitSizes,
}
