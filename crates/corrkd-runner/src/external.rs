//! Rows whose answers are another program's: their files are read before anything starts, and what cannot be used is refused.

use crate::failure::{Failure, OrExit};
use anyhow::Context;
use corrkd_config::{EXTERNAL, Exit, Job, LabelSpace, Labels, predictions_of, read_settings};
use corrkd_record::External;
use std::{path::Path, sync::Arc};

/// The work of a planned run for a seed: that of a method as it is, of another program's predictions with their file and its
/// digest.
///
/// # Errors
/// Exit code 2 for a file that cannot be used.
pub(crate) fn job(row: &str, job: &Arc<Job>, seed: u64, labels: &Labels) -> Result<Arc<Job>, Failure> {
    if job.method != EXTERNAL {
        return Ok(Arc::clone(job));
    }
    let file = predictions_of(&job.settings, seed);
    let space = LabelSpace::new(job.task, labels).or_exit(Exit::Input)?;
    let read = External::read(Path::new(&file), &space, seed);
    let External { digest, .. } = read.with_context(|| format!("row `{row}`, seed {seed}")).or_exit(Exit::Input)?;
    Ok(Arc::new(Job { settings: read_settings(file, digest), ..Job::clone(job) }))
}
