//! The field's vocabulary, the experiment file and its expansion into a plan of runs.

mod condition;
mod device;
mod error;
mod exit;
mod experiment;
mod kernels;
mod mechanism;
mod merge;
mod method;
mod modality;
mod plan;
mod presence;
mod protocol;
mod range;
mod selection;
mod task;

pub use condition::{Condition, Damage};
pub use device::Device;
pub use error::ConfigError;
pub use exit::Exit;
pub use experiment::{DatasetRef, Experiment, Row};
pub use kernels::Kernels;
pub use mechanism::Mechanism;
pub use method::{MethodPlan, Stage, typed};
pub use modality::{Modality, PerModality};
pub use plan::{Job, Plan, PlannedRun};
pub use presence::Presence;
pub use protocol::{Evaluation, Missing, Protocol};
pub use range::Ranges;
pub use selection::Selection;
pub use task::{Task, most_probable};
