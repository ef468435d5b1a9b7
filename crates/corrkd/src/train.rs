//! `corrkd train`: one run, from its specification to its result.

use crate::failure::Failure;
use crate::say::{say, say_json};
use corrkd_methods::METHODS;
use corrkd_record::{Event, RunId, Runs};
use corrkd_train::{Stop, Wanted};
use std::path::PathBuf;

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
    pub(crate) fn run(self, stop: &Stop) -> Result<(), Failure> {
        let Self { runs, id, data, cache } = self;
        let runs = Runs::open(&runs)?;
        let wanted = Wanted { runs: &runs, id: &id, source: data.as_deref(), cache: &cache, stop };
        corrkd_train::run(METHODS, &wanted, &mut print, &mut note)?;
        Ok(())
    }
}

/// One event as a line of JSON on the standard output, for the runner.
fn print(event: &Event) {
    unheard(say_json(event));
}

/// What is made again because it was damaged: for the run's log, and in words for the runner, which shows it.
fn note(text: String) {
    corrkd_system::err(format_args!("note: {text}"));
    unheard(say(text));
}

/// That a line cannot be said is no reason to lose a run: all that counts is in its folder.
fn unheard(said: Result<(), Failure>) {
    if let Err(Failure { error, .. }) = said {
        corrkd_system::err(format_args!("warning: cannot write to the standard output: {error:#}"));
    }
}
