//! `--fresh`: each run is forgotten once, and had again. Which ones it has forgotten stands beside the report until all is
//! complete, so that the same command, given again after a stop, goes on with them instead of starting over.

use crate::{
    failure::{Failure, OrExit},
    inbox::Inbox,
    tasks::Tasks,
    turn,
};
use anyhow::Context;
use corrkd_config::Exit;
use corrkd_record::{RunId, Runs};
use corrkd_system::{err, read, replace};
use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The list's name, beside the report.
pub(crate) const FILE: &str = "fresh.json";
/// More than the names of as many runs as a plan may have.
const LIMIT: u64 = 1 << 28;

/// What one command has forgotten, over all of its experiments: none undoes what an earlier one has just had run.
#[derive(Default)]
pub(crate) struct Fresh {
    forgotten: BTreeSet<RunId>,
}

impl Fresh {
    /// Forgets those of the runs that this command, or an earlier one that was stopped, has not forgotten yet. They are
    /// written down when all are forgotten and before any is started: whoever is killed in between forgets them once more,
    /// of which there is nothing yet.
    ///
    /// # Errors
    /// Exit code 3 if something cannot be removed or written, 130 on a signal.
    pub(crate) fn forget(&mut self, runs: &Runs, name: &str, tasks: &Tasks, inbox: &Inbox) -> Result<(), Failure> {
        let path = path(&runs.report(name));
        // Another process may be at the same `--fresh`: it has forgotten them all, and the work is shared.
        let shared = || list(&path).is_ok_and(|listed| tasks.list.iter().all(|task| listed.contains(&task.id)));
        let alone = turn::alone(runs, inbox, shared)?;
        let mut listed = list(&path).unwrap_or_else(|error| {
            err(format_args!("{}: {error:#}; --fresh starts from the beginning", path.display()));
            BTreeSet::new()
        });
        self.forgotten.extend(listed.iter().cloned());
        if alone.is_none() {
            return Ok(());
        }
        for task in &tasks.list {
            if self.forgotten.insert(task.id.clone()) && task.dir.path().is_dir() {
                let _lock = turn::on_run(&task.dir, inbox)?;
                task.dir.clear().or_exit(Exit::Data)?;
            }
        }
        listed.extend(tasks.list.iter().map(|task| task.id.clone()));
        let text = serde_json::to_vec(&listed).context("names of runs have a form in JSON")?;
        let cannot = || format!("{}: cannot write it", path.display());
        fs::create_dir_all(runs.report(name))
            .and_then(|()| replace(&path, &text))
            .with_context(cannot)
            .or_exit(Exit::Data)
    }
}

/// Everything is complete: the next `--fresh` is another one.
///
/// # Errors
/// Exit code 3 if the list cannot be removed.
pub(crate) fn complete(report: &Path) -> Result<(), Failure> {
    let path = path(report);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{}: cannot remove it", path.display())).or_exit(Exit::Data)
        }
        _ => Ok(()),
    }
}

fn path(report: &Path) -> PathBuf {
    report.join(FILE)
}

/// What an unfinished `--fresh` has forgotten.
fn list(path: &Path) -> anyhow::Result<BTreeSet<RunId>> {
    match read(path, LIMIT) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeSet::new()),
        bytes => Ok(serde_json::from_slice(&bytes?)?),
    }
}
