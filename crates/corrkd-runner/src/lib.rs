//! From an experiment to its report: planning, one process for each run, progress, resuming. It knows no method and no
//! recipe; what planning needs of them is told by [`MethodPlan`](corrkd_config::MethodPlan)s and [`Recipes`].
//!
//! ```text
//! experiment file -> Plan -> Tasks (identities) -> Pool (processes) -> sweep.json -> `corrkd report`
//! ```

mod ablate;
mod campaign;
mod child;
mod chosen;
mod devices;
mod exit_codes;
mod experiment;
mod external;
mod failure;
mod fit;
mod foreground;
mod fresh;
mod inbox;
mod known;
mod made;
mod memory;
mod options;
mod outline;
mod pool;
mod program;
mod progress;
mod reproduce;
mod search;
mod slurm;
mod sweep;
mod tasks;
mod tensorboard;
mod turn;

pub use ablate::Ablate;
pub use chosen::Chosen;
pub use corrkd_config::Failure;
pub use exit_codes::exit_codes;
pub use known::{Known, RecipeFacts, Recipes};
pub use reproduce::Reproduce;
pub use slurm::Work;
