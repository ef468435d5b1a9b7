//! Who works on a run, written down beside it: for disks that machines share, where a lock of one is none of another's.
//!
//! `claim` is made by whoever comes first, which a file system does for one of all who try, and touched while its maker lives. It
//! says whose it is. One of this machine is told dead by the lock that the system let go of; one of another by its silence.

use crate::RecordError;
use corrkd_system::{Passing, WholeFile, read, replace};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;
use std::{env, process, thread};

/// How often a claim is touched.
const BEAT: Duration = Duration::from_secs(15);
/// After how long a silence its holder is dead. Other machines may see a touch a minute late.
const SILENCE: Duration = Duration::from_secs(180);
/// More than a claim has.
const LIMIT: u64 = 1 << 12;

/// Whose a claim is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    /// The machine, as long as it is up.
    boot: String,
    /// Its name, for whoever reads the file.
    host: String,
    process: u32,
    /// The job of a cluster that the process belongs to.
    job: Option<String>,
    /// How often that job was started again.
    restarts: Option<String>,
}

impl Holder {
    fn here() -> Self {
        let said = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let host = said("/proc/sys/kernel/hostname");
        Self {
            boot: match said("/proc/sys/kernel/random/boot_id") {
                boot if boot.is_empty() => host.clone(),
                boot => boot,
            },
            host,
            process: process::id(),
            job: env::var("SLURM_JOB_ID").ok(),
            restarts: env::var("SLURM_RESTART_COUNT").ok(),
        }
    }

    /// Whether it is dead, after so long a silence; `alone` where the system's lock says that nobody here works on the run.
    fn is_dead(&self, here: &Self, alone: bool, silence: Duration) -> bool {
        let same_machine = self.boot == here.boot;
        let started_again = self.job.is_some() && self.job == here.job && self.restarts != here.restarts;
        started_again || same_machine && (alone || !lives(self.process)) || !same_machine && silence > SILENCE
    }
}

/// Whether a process of this machine lives, where the system tells.
fn lives(process: u32) -> bool {
    let all = Path::new("/proc");
    !all.join("self").exists() || all.join(process.to_string()).exists()
}

/// A claim that is held.
#[derive(Debug)]
pub(crate) struct Claim {
    /// Ends the touching.
    _end: Sender<()>,
    _file: Passing,
}

impl Claim {
    /// Claims a run; none where another process has.
    pub(crate) fn take(directory: &Path, alone: bool) -> Result<Option<Self>, RecordError> {
        let (path, here) = (directory.join("claim"), Holder::here());
        let cannot = RecordError::io(&path, "claim the run");
        let file = match make(&path, &here) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => take_over(&path, &here, alone),
            made => made.map(Some),
        };
        match file {
            Ok(None) => Ok(None),
            Ok(Some(file)) => Self::hold(file, path.clone(), here).map(Some).map_err(cannot),
            Err(error) => Err(cannot(error)),
        }
    }

    fn hold(mut file: File, path: PathBuf, here: Holder) -> io::Result<Self> {
        let passing = Passing::new(path.clone());
        let (end, ended) = channel();
        let touch = move || {
            while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                if whose(&path).is_some_and(|holder| holder != here) {
                    // It was silent for so long, stopped or cut off from the disk, that another took it for dead.
                    corrkd_system::err(format_args!(
                        "error: {}: another process has taken over the run",
                        path.display()
                    ));
                    process::exit(corrkd_config::Exit::Unfinished.code().into());
                }
                // What cannot be touched now may be the next time.
                let _ = file.rewind().and_then(|()| write(&mut file, &here));
            }
        };
        thread::Builder::new().name("claim".to_owned()).spawn(touch)?;
        Ok(Self { _end: end, _file: passing })
    }

    /// Whether another machine's process has a run.
    pub(crate) fn is_held(directory: &Path) -> bool {
        let (path, here) = (directory.join("claim"), Holder::here());
        path.exists() && !dead(&path, &here, true).unwrap_or(true)
    }
}

/// Makes a claim that is whole from its first moment: a second name for a file that is there already is given to one of all who try.
fn make(path: &Path, here: &Holder) -> io::Result<File> {
    let mut whole = WholeFile::create(path)?;
    whole.write_all(line(here)?.as_bytes())?;
    match fs::hard_link(whole.path(), path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            // The file system knows no second names.
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            write(&mut file, here)?;
            Ok(file)
        }
        linked => linked.and_then(|()| OpenOptions::new().write(true).open(path)),
    }
}

fn write(file: &mut File, holder: &Holder) -> io::Result<()> {
    file.write_all(line(holder)?.as_bytes())?;
    file.sync_all()
}

fn line(holder: &Holder) -> io::Result<String> {
    Ok(serde_json::to_string(holder)? + "\n")
}

/// Whose a claim is; none where it cannot be read, as while it is being made.
fn whose(path: &Path) -> Option<Holder> {
    serde_json::from_slice(&read(path, LIMIT).ok()?).ok()
}

/// Takes over a claim whose holder is dead: of several who find that out, one at a time.
fn take_over(path: &Path, here: &Holder, alone: bool) -> io::Result<Option<File>> {
    let taking = path.with_extension("taken");
    match make(&taking, here) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            // Left by one who died at it; the next try finds it gone.
            if dead(&taking, here, alone)? {
                absent(fs::remove_file(&taking))?;
            }
            return Ok(None);
        }
        made => drop(made?),
    }
    let _taking = Passing::new(taking);
    if !dead(path, here, alone)? {
        return Ok(None);
    }
    replace(path, line(here)?.as_bytes())?;
    OpenOptions::new().write(true).open(path).map(Some)
}

/// What is gone already need not be removed.
fn absent(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Whether a claim's holder is dead; true of a claim that is gone.
fn dead(path: &Path, here: &Holder, alone: bool) -> io::Result<bool> {
    match whose(path) {
        Some(holder) if holder.boot == here.boot => Ok(holder.is_dead(here, alone, Duration::ZERO)),
        other => match silence(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
            silence => {
                let silence = silence?;
                Ok(other.map_or(silence > SILENCE, |holder| holder.is_dead(here, alone, silence)))
            }
        },
    }
}

/// How long ago a file was touched, by the clock of the machine that keeps it: each has its own.
fn silence(path: &Path) -> io::Result<Duration> {
    let touched = path.metadata()?.modified()?;
    let now = tempfile::tempfile_in(path.parent().unwrap_or(Path::new(".")))?.metadata()?.modified()?;
    Ok(now.duration_since(touched).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::time::SystemTime;

    fn elsewhere() -> Holder {
        Holder { boot: "another".to_owned(), host: "node7".to_owned(), process: 1, job: None, restarts: None }
    }

    #[test]
    fn the_dead_are_told_by_their_machine_or_their_silence() {
        let (here, other) = (Holder::here(), elsewhere());
        let (moment, long) = (Duration::from_secs(100), Duration::from_secs(200));
        // Of this machine: the lock tells, or, where there are none, whether the process lives.
        assert!(here.is_dead(&here, true, moment) && !here.is_dead(&here, false, long));
        assert!(Holder { process: u32::MAX, ..here.clone() }.is_dead(&here, false, Duration::ZERO));
        assert!(!other.is_dead(&here, true, moment) && other.is_dead(&here, true, long));
        // A job that the cluster started again is not the one that it was.
        let job = |restarts: Option<&str>| Holder {
            job: Some("7".to_owned()),
            restarts: restarts.map(str::to_owned),
            ..elsewhere()
        };
        let again = Holder { boot: "a third".to_owned(), ..job(Some("1")) };
        assert!(job(None).is_dead(&again, true, Duration::ZERO));
        assert!(!job(Some("1")).is_dead(&again, true, Duration::ZERO));
    }

    #[test]
    fn another_machines_claim_keeps_a_run_until_it_has_long_been_silent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claim");
        drop(make(&path, &elsewhere()).unwrap());
        assert!(Claim::is_held(folder.path()) && Claim::take(folder.path(), true).unwrap().is_none());
        let then = SystemTime::now() - SILENCE - BEAT;
        File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
        assert!(!Claim::is_held(folder.path()));
        let claim = Claim::take(folder.path(), true).unwrap().unwrap();
        assert_eq!(whose(&path), Some(Holder::here()));
        assert!(Claim::take(folder.path(), false).unwrap().is_none());
        drop(claim);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // A file that says nothing, left by a machine that stopped in the midst of making it.
        fs::write(&path, "").unwrap();
        assert!(Claim::take(folder.path(), true).unwrap().is_none());
        File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
        Claim::take(folder.path(), true).unwrap().unwrap();
    }

    /// Killed in the midst of taking over: who comes next need not wait for a silence.
    #[test]
    fn who_died_taking_over_is_told_dead() {
        let folder = tempfile::tempdir().unwrap();
        let (path, taking) = (folder.path().join("claim"), folder.path().join("claim.taken"));
        let killed = Holder { process: u32::MAX, ..Holder::here() };
        for alone in [true, false] {
            drop(make(&path, &killed).unwrap());
            drop(make(&taking, &killed).unwrap());
            assert!(Claim::take(folder.path(), alone).unwrap().is_none());
            drop(Claim::take(folder.path(), alone).unwrap().unwrap());
            // One that lives is left to it.
            drop(make(&path, &killed).unwrap());
            drop(make(&taking, &Holder::here()).unwrap());
            assert!(Claim::take(folder.path(), false).unwrap().is_none() && taking.exists());
            fs::remove_file(&path).and(fs::remove_file(&taking)).unwrap();
        }
    }

    #[test]
    fn of_many_who_take_over_one_does() {
        for _ in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("claim");
            drop(make(&path, &elsewhere()).unwrap());
            let then = SystemTime::now() - SILENCE - BEAT;
            File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
            let start = Barrier::new(4);
            let claims: Vec<Option<Claim>> = thread::scope(|scope| {
                let take = || {
                    start.wait();
                    Claim::take(folder.path(), false).unwrap()
                };
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(claims.iter().flatten().count(), 1);
        }
    }
}
