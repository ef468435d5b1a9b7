//! The field's vocabulary, the experiment file and its expansion into a plan of runs.

mod condition;
mod device;
mod error;
mod experiment;
mod kernels;
mod mechanism;
mod merge;
mod modality;
mod plan;
mod presence;
mod settings;
mod task;

pub use condition::{Condition, Damage};
pub use device::Device;
pub use error::ConfigError;
pub use experiment::{DatasetRef, Experiment, Row};
pub use kernels::Kernels;
pub use mechanism::Mechanism;
pub use modality::{Modality, PerModality};
pub use plan::{Job, Plan, PlannedRun};
pub use presence::Presence;
pub use settings::{
    Cpd, Dkd, Dropout, Evaluation, Losses, Missing, Network, Push, Rcd, RcdForm, Scd, Selection, Settings,
    TeacherSettings, Training, Weighted,
};
pub use task::{Task, most_probable};
