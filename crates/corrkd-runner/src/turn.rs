//! Whose turn it is where several sweeps use one folder of runs: locks that the system lets go of however a process ends, and
//! that are waited for.

use crate::{
    failure::{Failure, OrExit},
    inbox::Inbox,
};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use corrkd_record::{Lock, RecordError, RunDir, Runs};
use corrkd_system::{err, knows_no_locks};
use std::{
    fs::{self, File, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How often a lock is tried that another process holds.
const PAUSE: Duration = Duration::from_millis(50);
/// What takes less is not told.
const MOMENT: Duration = Duration::from_secs(1);

/// Held by each sweep from the moment when it looks which runs are there until its report is written: nobody forgets any
/// of them meanwhile.
///
/// # Errors
/// Exit code 3 if there can be no lock, 130 on a signal.
pub(crate) fn among_others(runs: &Runs, inbox: &Inbox) -> Result<File, Failure> {
    patiently(&sweeps(runs), File::try_lock_shared, inbox, "another sweep forgets runs, for --fresh")
}

/// Held while runs are forgotten: no other sweep is at work. None where `needless` says so before it can be had.
///
/// # Errors
/// As [`among_others`].
pub(crate) fn alone(runs: &Runs, inbox: &Inbox, needless: impl Fn() -> bool) -> Result<Option<File>, Failure> {
    let what = "another sweep is at work in this folder; --fresh forgets its runs when it is done";
    take(&sweeps(runs), File::try_lock, inbox, what, needless)
}

/// Held while an experiment's `sweep.json` and report are written.
///
/// # Errors
/// As [`among_others`].
pub(crate) fn to_report(runs: &Runs, name: &str, inbox: &Inbox) -> Result<File, Failure> {
    let path = reports(runs).join(format!(".{name}.lock"));
    patiently(&path, File::try_lock, inbox, "another sweep writes the same report")
}

/// The lock of a run, waited for while a process works on it.
///
/// # Errors
/// As [`among_others`].
pub(crate) fn on_run(dir: &RunDir, inbox: &Inbox) -> Result<Lock, Failure> {
    let mut wait = Wait::new(inbox);
    loop {
        match dir.lock() {
            Err(RecordError::Locked { .. }) => wait.on(&format!("a process works on {}", dir.id()))?,
            other => return other.or_exit(Exit::Data),
        }
    }
}

fn reports(runs: &Runs) -> PathBuf {
    runs.path().join("reports")
}

/// No report has a name that begins with a dot.
fn sweeps(runs: &Runs) -> PathBuf {
    reports(runs).join(".lock")
}

/// A lock, however long it takes.
fn patiently(
    path: &Path,
    try_lock: impl Fn(&File) -> Result<(), TryLockError>,
    inbox: &Inbox,
    what: &str,
) -> Result<File, Failure> {
    take(path, try_lock, inbox, what, || false)?.context("a lock that is waited for is had").map_err(Failure::from)
}

fn take(
    path: &Path,
    try_lock: impl Fn(&File) -> Result<(), TryLockError>,
    inbox: &Inbox,
    what: &str,
    needless: impl Fn() -> bool,
) -> Result<Option<File>, Failure> {
    let cannot = || anyhow!("{}: cannot lock it", path.display());
    let file = open(path).with_context(cannot).or_exit(Exit::Data)?;
    let mut wait = Wait::new(inbox);
    loop {
        match try_lock(&file) {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if needless() => return Ok(None),
            Err(TryLockError::WouldBlock) => wait.on(what)?,
            // Nobody can be waited for: files are whole even so, and each run has a claim of its own.
            Err(TryLockError::Error(cause)) if knows_no_locks(&cause) => return Ok(Some(file)),
            Err(TryLockError::Error(cause)) => return Err(cause).with_context(cannot).or_exit(Exit::Data),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match File::options().create(true).truncate(false).write(true).open(path) {
        // Another user's, who shares the folder: to lock it, reading is enough.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => File::open(path),
        opened => opened,
    }
}

/// Waiting that is told once it takes long, and ends on a signal.
struct Wait<'a> {
    inbox: &'a Inbox,
    since: Instant,
    told: bool,
}

impl<'a> Wait<'a> {
    fn new(inbox: &'a Inbox) -> Self {
        Self { inbox, since: Instant::now(), told: false }
    }

    fn on(&mut self, what: &str) -> Result<(), Failure> {
        if !self.told && self.since.elapsed() > MOMENT {
            self.told = true;
            err(format_args!("wait  {what}"));
        }
        self.inbox.pause(PAUSE, "waiting for another process")
    }
}
