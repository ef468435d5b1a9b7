//! From an experiment to its report: planning, one process for each run, progress, resuming. It knows no method; what it is
//! to run is told by [`MethodPlan`](corrkd_config::MethodPlan)s.
//!
//! ```text
//! experiment file -> Plan -> Tasks (identities) -> Pool (processes) -> sweep.json -> `corrkd report`
//! ```

mod ablate;
mod campaign;
mod exit_codes;
mod experiment;
mod failure;
mod foreground;
mod inbox;
mod options;
mod outline;
mod pool;
mod program;
mod progress;
mod reproduce;
mod sweep;
mod tasks;

pub use ablate::Ablate;
pub use exit_codes::exit_codes;
pub use failure::Failure;
pub use reproduce::Reproduce;
