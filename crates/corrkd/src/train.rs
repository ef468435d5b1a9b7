//! `corrkd train`: one run, from its specification to its result.

use crate::failure::Failure;
use crate::settle::settle;
use corrkd_config::Exit;
use corrkd_methods::METHODS;
use corrkd_record::{Event, RunId, Runs};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process;

#[derive(clap::Args)]
pub(crate) struct Train {
    /// The folder of all runs.
    runs: PathBuf,
    /// The run in it.
    id: RunId,
    /// The folder that holds the data set's files.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where generated files and aligned samples are kept.
    #[arg(long, value_name = "DIR")]
    cache: PathBuf,
}

impl Train {
    pub(crate) fn run(self) -> Result<(), Failure> {
        settle();
        let runs = Runs::open(&self.runs)?;
        let trained = corrkd_train::run(METHODS, &runs, &self.id, self.data.as_deref(), &self.cache, &mut print);
        if let Err(error) = &trained {
            let failed = Event::Failed { message: error.to_string() };
            print(&failed);
            // The run failed already; that its last event cannot be kept is no second failure.
            let _ = runs.run(&self.id).append(&failed);
        }
        trained?;
        Ok(())
    }
}

/// One event as a line of JSON on the standard output. Where nobody reads it any more the runner is gone, and the run
/// ends; it resumes from its checkpoint.
fn print(event: &Event) {
    let line = serde_json::to_string(event).map_err(Into::into);
    if line.and_then(|line| writeln!(io::stdout(), "{line}")).is_err() {
        process::exit(Exit::Fault.code().into());
    }
}
