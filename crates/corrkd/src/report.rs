//! `corrkd report`: tables and curves of an experiment.

use crate::failure::Failure;
use crate::say::say;
use anyhow::anyhow;
use corrkd_config::Exit;
use corrkd_record::{Runs, Sweep};
use std::path::{Component, Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Report {
    /// The folder of all runs.
    runs: PathBuf,
    /// The experiment's name: the sweep RUNS/reports/NAME/sweep.json.
    experiment: String,
}

impl Report {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { runs, experiment } = self;
        let mut parts = Path::new(&experiment).components();
        if !matches!((parts.next(), parts.next()), (Some(Component::Normal(name)), None) if name == experiment.as_str())
        {
            let error = anyhow!(
                "`{experiment}` is no name of an experiment, expected that of a folder in {}",
                runs.join("reports").display()
            );
            return Err(Failure { exit: Exit::Input, error });
        }
        let runs = Runs::open(&runs)?;
        let sweep = Sweep::read(&runs.report(&experiment))?;
        let report = corrkd_report::write(&runs, &sweep)?;
        say(report.terminal)?;
        say("Written:")?;
        report.files.iter().try_for_each(|file| say(format_args!("  {}", file.display())))
    }
}
