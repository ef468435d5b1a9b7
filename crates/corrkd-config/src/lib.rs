//! The field's vocabulary, the experiment file and its expansion into a plan of runs.
//!
//! ```
//! use corrkd_config::{Condition, Device, Kernels, Mechanism, Modality, Presence, Task};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Language and audio, of which the frames go missing with probability 0.3.
//! let condition: Condition = "la@0.3".parse()?;
//! assert_eq!(condition, Condition::damaged("la".parse()?, Mechanism::Frames, Presence::COMPLETE, 0.3));
//! assert!(!condition.present.has(Modality::Vision));
//! assert_eq!(condition.to_string(), "la@0.3");
//!
//! assert_eq!("ternary".parse::<Task>()?, Task::Ternary);
//! assert_eq!(Kernels::on(Device::Metal, None)?, Kernels::Composed);
//! assert_eq!(Presence::COMPLETE.subsets().count(), 7);
//! # Ok(())
//! # }
//! ```

mod condition;
mod cross;
mod device;
mod each;
mod error;
mod exit;
mod experiment;
mod extend;
mod external;
mod failure;
mod kernels;
mod label_space;
mod labels;
mod mechanism;
mod merge;
mod method;
mod modality;
mod name;
mod named;
mod on;
mod plan;
mod presence;
mod protocol;
mod range;
mod search;
mod selection;
mod shape;
mod slurm;
mod task;
mod text;
mod variant;

pub use condition::{Condition, Damage};
pub use cross::{Cross, CrossFold};
pub use device::Device;
pub use error::ConfigError;
pub use exit::Exit;
pub use experiment::{DatasetRef, Experiment, Overrides, Row};
pub use extend::{ExperimentFile, ExperimentFiles, datasets, is_path, searches, starting_from};
pub use external::{EXTERNAL, digest_of, predictions_of, read_settings};
pub use failure::{Failure, OrExit};
pub use kernels::Kernels;
pub use label_space::{LabelSpace, most_probable};
pub use labels::{Cuts, Labels, Scale, Ways};
pub use mechanism::Mechanism;
pub use merge::merge;
pub use method::{MethodPlan, Stage, typed};
pub use modality::{Modality, PerModality};
pub use name::unfit;
pub use plan::{Job, Plan, PlannedRun};
pub use presence::Presence;
pub use protocol::{Evaluation, Gaps, Missing, Protocol};
pub use range::Ranges;
pub use search::{Search, Searched, Trial, untuned};
pub use selection::Selection;
pub use shape::Shape;
pub use slurm::Slurm;
pub use task::Task;
pub use text::utf8;
