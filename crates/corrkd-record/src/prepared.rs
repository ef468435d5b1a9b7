//! What preparing a data set tells the planner.

use crate::SplitSizes;
use corrkd_config::Labels;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What `corrkd prepare` prints, as JSON: the parts of a run's identity that only the program knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// The fingerprint of the prepared data.
    pub fingerprint: String,
    /// The version of the code that decides results, by method.
    pub code: BTreeMap<String, String>,
    /// What the labels are.
    pub labels: Labels,
    /// Whether all modalities of a sample have the same frames.
    pub aligned: bool,
    /// The data's size.
    pub samples: SplitSizes,
    /// How long the trainings take that it was asked about, at most and on one core.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seconds: Vec<f64>,
}
