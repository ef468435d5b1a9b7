//! What preparing a data set tells the planner.

use crate::SplitSizes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What `corrkd prepare` prints, as JSON: the parts of a run's identity that only the program knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The fingerprint of the prepared data.
    pub fingerprint: String,
    /// The version of the code that decides results, by method.
    pub code: BTreeMap<String, String>,
    /// The data's size.
    pub samples: SplitSizes,
}
