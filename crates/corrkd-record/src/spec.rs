//! What a run is, and its identity.

use crate::RunId;
use corrkd_config::{DatasetRef, Job};
use serde::{Deserialize, Serialize};

/// Everything that decides a run's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// Teacher or student, with the settings it depends on.
    pub job: Job,
    /// Seeds every random stream.
    pub seed: u64,
    /// The data set.
    pub dataset: DatasetRef,
    /// The fingerprint of the prepared data.
    pub fingerprint: String,
    /// The version of the code.
    pub code: String,
    /// `cpu`, `cuda:0` or `metal`. Kinds of device round differently, two devices of a kind do not.
    pub device: String,
    /// For a student, its teacher.
    pub teacher: Option<RunId>,
}

impl RunSpec {
    /// The run's name: role, seed, and the BLAKE3 hash of the specification's JSON with the device's kind alone.
    ///
    /// The JSON lists struct fields in their declared order and holds no map, so it is the same in every build.
    #[must_use]
    pub fn id(&self) -> RunId {
        let kind = self.device.split_once(':').map_or(self.device.as_str(), |(kind, _)| kind);
        let identity = Self { device: kind.to_owned(), ..self.clone() };
        let json = serde_json::to_vec(&identity).expect("numbers, texts and lists have a JSON form");
        RunId::new(self.job.role(), self.seed, &blake3::hash(&json))
    }
}
