//! `cargo xtask ablate`: from an experiment file to its report.

use crate::{
    campaign::Campaign,
    exit::Failure,
    options::{EXIT_CODES, Options},
};
use std::{path::PathBuf, slice};

/// Train and compare the rows of an experiment, and write the report
///
/// Every run is one process, and its identity is its content (settings, seed, data, code, device, kernels): what is
/// finished is reused, what was stopped is resumed. Each run's files are in RUNS/ID, the report in
/// RUNS/reports/EXPERIMENT.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Ablate {
    /// The experiment: a file, or the name of one in experiments/
    #[arg(default_value = "experiments/quickstart.toml")]
    experiment: PathBuf,
    #[command(flatten)]
    options: Options,
}

impl Ablate {
    /// Does it.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let named = self.options.read(&self.experiment)?;
        if self.options.only_planned(slice::from_ref(&named))? {
            return Ok(());
        }
        Campaign::open(&self.options)?.answer(&named)
    }
}
