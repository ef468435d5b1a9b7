//! A sweep on a cluster that Slurm shares out: its runs as jobs that wait for what they need, and the report as the last.
//!
//! ```text
//! Tasks -> pack (elements of job arrays) -> folder (plan, scripts) -> cluster (sbatch) -> submitted.tsv
//!                                                     `corrkd work` <- an element's job
//! ```
//!
//! What Slurm is asked for by name: arrays with `afterok` on single elements, `--kill-on-invalid-dep`, `--requeue`,
//! `--open-mode=append`, `--signal` (the manual pages of 22.05).

mod cluster;
mod element;
mod folder;
#[cfg(test)]
mod many;
mod options;
mod pack;
mod script;
mod status;
mod submit;
mod times;
mod user;
mod work;

pub(crate) use options::{Asked, SlurmOptions};
pub(crate) use status::{cancel, status};
pub(crate) use submit::Submission;
pub(crate) use times::Times;
pub use work::Work;
