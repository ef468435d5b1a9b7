//! What a run is, and its identity.

use crate::RunId;
use corrkd_config::{DatasetRef, Device, Job, Kernels};
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
    /// Where it computes; only the kind of device decides the result.
    pub device: Device,
    /// In which form its layers compute.
    pub kernels: Kernels,
    /// For a student, its teacher.
    pub teacher: Option<RunId>,
}

impl RunSpec {
    /// The run's name: role, seed, and the BLAKE3 hash of the specification's JSON with the first device of its kind.
    ///
    /// The JSON lists struct fields in their declared order and holds no map, so it is the same in every build.
    #[must_use]
    pub fn id(&self) -> RunId {
        let identity = Self { device: self.device.first(), ..self.clone() };
        let json = serde_json::to_vec(&identity).expect("numbers, texts and lists have a JSON form");
        RunId::new(self.job.role(), self.seed, &blake3::hash(&json))
    }
}
