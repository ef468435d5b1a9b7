//! `corrkd verify`: a finished run repeated from its record, and whether it came out the same.

use crate::failure::Failure;
use crate::say::say;
use anyhow::anyhow;
use corrkd_config::Exit;
use corrkd_methods::METHODS;
use corrkd_record::{Event, RunId, Runs};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Verify {
    /// The run's folder, such as runs/student-s1-0a1b2c3d4e5f. Its files are only read.
    run: PathBuf,
    /// The folder that holds the data set's files.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where generated files and aligned samples are kept [default: cache, beside the run's folder].
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

impl Verify {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let name = self.run.file_name().unwrap_or_default().to_string_lossy();
        let id: RunId = name.parse()?;
        if !self.run.is_dir() {
            let error = anyhow!("{}: no such folder, expected that of a finished run", self.run.display());
            return Err(Failure { exit: Exit::Input, error });
        }
        let root = corrkd_system::parent(&self.run);
        let runs = Runs::open(root)?;
        let cache = self.cache.unwrap_or_else(|| root.join("cache"));
        let verified = corrkd_train::verify(METHODS, &runs, &id, self.data.as_deref(), &cache, &mut tell)?;
        say(&verified)?;
        match verified.is_same() {
            true => Ok(()),
            false => Err(Failure { exit: Exit::Otherwise, error: anyhow!("the run came out otherwise") }),
        }
    }
}

fn tell(event: &Event, same: bool) {
    if let Event::Epoch { epoch, epochs, .. } = event {
        corrkd_system::err(format_args!(
            "epoch {epoch} of {epochs}: {}",
            if same { "the same" } else { "other numbers" }
        ));
    }
}
