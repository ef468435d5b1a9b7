//! The directory of all runs.

use crate::{RecordError, RunDir, RunId};
use std::path::{Path, PathBuf};

/// `runs/`.
#[derive(Clone, Debug)]
pub struct Runs {
    root: PathBuf,
}

impl Runs {
    /// Opens the directory, creating it where it is absent, and makes sure that files can be made in it: a run must
    /// not learn after its training that its result has no place. What processes that were killed had begun in it goes.
    ///
    /// # Errors
    /// [`RecordError::Io`] where it cannot be made or written to.
    pub fn open(root: &Path) -> Result<Self, RecordError> {
        std::fs::create_dir_all(root).map_err(RecordError::io(root, "create the directory of runs"))?;
        tempfile::tempfile_in(root).map_err(RecordError::io(root, "write into the directory of runs"))?;
        corrkd_system::sweep(root);
        Ok(Self { root: root.to_owned() })
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// The directory of a run, which need not exist yet.
    #[must_use]
    pub fn run(&self, id: &RunId) -> RunDir {
        RunDir::new(id.clone(), self.root.join(id.as_str()))
    }

    /// The directory of an experiment's report, which need not exist yet.
    #[must_use]
    pub fn report(&self, experiment: &str) -> PathBuf {
        self.root.join("reports").join(experiment)
    }
}
