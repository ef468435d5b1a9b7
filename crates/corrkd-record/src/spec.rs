//! What a run is, and its identity.

use crate::RunId;
use corrkd_config::{ConfigError, DatasetRef, Device, Job, Kernels, LabelSpace, Labels};
use serde::{Deserialize, Serialize};

/// Everything that decides a run's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// One of a method's trainings, with the settings it depends on.
    pub job: Job,
    /// Seeds every random stream.
    pub seed: u64,
    /// The data set.
    pub dataset: DatasetRef,
    /// The fingerprint of the prepared data.
    pub fingerprint: String,
    /// What the data's labels are.
    pub labels: Labels,
    /// The version of the code that decides results: that which all methods share, and the method's own.
    pub code: String,
    /// Where it computes; only the kind of device decides the result.
    pub device: Device,
    /// In which form its layers compute.
    pub kernels: Kernels,
    /// The runs whose networks it needs, in the order in which its method names them.
    pub needs: Vec<RunId>,
}

impl RunSpec {
    /// Its task on its labels.
    ///
    /// # Errors
    /// [`ConfigError::Labels`] where such labels cannot have the task.
    pub fn label_space(&self) -> Result<LabelSpace, ConfigError> {
        LabelSpace::new(self.job.task, &self.labels)
    }

    /// The run's name: stage, seed, and the BLAKE3 hash of the specification's JSON with the first device of its kind.
    ///
    /// The JSON lists struct fields in their declared order, and the method's settings in that of their table, so it is the
    /// same in every build.
    #[must_use]
    pub fn id(&self) -> RunId {
        let identity = Self { device: self.device.first(), ..self.clone() };
        let json = serde_json::to_vec(&identity).expect("numbers, texts and lists have a JSON form");
        RunId::new(&self.job.stage, self.seed, &blake3::hash(&json))
    }
}
