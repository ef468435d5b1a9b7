//! `corrkd ablate`: from an experiment file to its report.

use crate::{
    campaign::Campaign,
    exit_codes::{RUNNING, exit_codes},
    failure::Failure,
    known::Known,
    options::Options,
};
use std::{path::PathBuf, slice};

/// Train and compare the rows of an experiment, and write the report.
///
/// Every run is one process, and its identity is its content (settings, seed, data, code, device, kernels): what is
/// finished is reused, what was stopped is resumed. Each run's files are in RUNS/ID, the report in
/// RUNS/reports/EXPERIMENT.
#[derive(clap::Args)]
#[command(after_help = exit_codes(&RUNNING))]
pub struct Ablate {
    /// The experiment: a file, or the name of one that the program carries
    #[arg(default_value = "quickstart")]
    experiment: PathBuf,
    #[command(flatten)]
    options: Options,
}

impl Ablate {
    /// Does it, with the methods and recipes that are known.
    ///
    /// # Errors
    /// As the exit codes say.
    pub fn run(self, known: Known<'_>) -> Result<(), Failure> {
        let named = self.options.read(&self.experiment, known)?;
        let all = slice::from_ref(&named);
        if self.options.only_planned(all, known.recipes)? {
            return Ok(());
        }
        let mut campaign = Campaign::open(&self.options)?;
        if campaign.looked_after(&named)? {
            return Ok(());
        }
        campaign.answer(&named)?;
        campaign.complete(all)
    }
}
