//! From an experiment to its report: planning, one process for each run, progress, resuming. It knows no method and no
//! recipe; what planning needs of them is told by [`MethodPlan`](corrkd_config::MethodPlan)s and [`Recipes`].
//!
//! ```text
//! experiment file -> Plan -> Tasks (identities) -> Pool (processes) -> sweep.json -> `corrkd report`
//! ```
//!
//! ```
//! use clap::{Args, Command, FromArgMatches};
//! use corrkd_config::{DatasetRef, Exit};
//! use corrkd_runner::{Ablate, Failure, Known, RecipeFacts, Recipes};
//! use std::path::Path;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! struct None;
//! impl Recipes for None {
//!     fn facts(&self, dataset: &DatasetRef) -> Result<RecipeFacts, Failure> {
//!         Err(anyhow::anyhow!("no recipe {}", dataset.name).into())
//!     }
//!     fn files(&self, _: &DatasetRef, _: Option<&Path>) -> Result<(), Failure> { Ok(()) }
//! }
//! let arguments = Ablate::augment_args(Command::new("mine")).get_matches_from(["mine", "no-such-experiment"]);
//! let refused = Ablate::from_arg_matches(&arguments)?.run(Known { methods: &[], recipes: &None }).unwrap_err();
//! assert_eq!(refused.exit, Exit::Input);
//! # Ok(())
//! # }
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
