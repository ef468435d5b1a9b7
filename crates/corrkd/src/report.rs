//! `corrkd report`: tables and curves of an experiment.

use crate::failure::Failure;
use corrkd_record::{Runs, Sweep};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Report {
    /// The folder of all runs.
    runs: PathBuf,
    /// The experiment's name: the sweep RUNS/reports/NAME/sweep.json.
    experiment: String,
}

impl Report {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let runs = Runs::open(&self.runs)?;
        let sweep = Sweep::read(&runs.report(&self.experiment))?;
        let report = corrkd_report::write(&runs, &sweep)?;
        println!("{}", report.terminal);
        println!("Written:");
        for file in report.files {
            println!("  {}", file.display());
        }
        Ok(())
    }
}
