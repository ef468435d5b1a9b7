//! Slurm's commands. Each call is checked; what it says is read by its words, whatever the user's own settings.

use super::element::JobId;
use crate::failure::{Failure, OrExit};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use std::{collections::BTreeMap, env, ffi::OsStr, path::Path, process::Command};

/// The limit on an array's size where the cluster does not say one.
const ARRAY: usize = 1001;
/// What sbatch says where a user may have no more jobs for now.
const LIMITS: [&str; 5] =
    ["job submit limit", "SubmitJobsLimit", "MaxSubmitJob", "MaxJobCount", "temporarily unable to accept job"];

/// A submission that was not accepted.
pub(super) enum Refused {
    /// The cluster takes no more of this user's for now; what it said.
    Limit(String),
    /// Anything else.
    Other(Failure),
}

/// An element that the cluster has, or one that is none of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Queued {
    /// `PENDING`, `RUNNING`.
    pub(super) state: String,
    /// Why it waits, or where it runs.
    pub(super) reason: String,
}

/// Everything of this user that waits or runs.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) elements: BTreeMap<JobId, Queued>,
    /// Jobs and arrays with their names.
    pub(super) names: BTreeMap<u64, String>,
}

/// Submits a script with its argument.
pub(super) fn submit(options: &[String], script: &Path, argument: Option<&str>) -> Result<u64, Refused> {
    let call = || call_of(options, script, argument);
    let mut command = command("sbatch");
    command.args(options).arg(script).args(argument);
    let output = command.output().with_context(|| format!("cannot start sbatch, for `{}`", call()));
    let output = output.or_exit(Exit::Input).map_err(Refused::Other)?;
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    if !output.status.success() {
        if LIMITS.iter().any(|limit| told.contains(limit)) {
            return Err(Refused::Limit(told));
        }
        let error = anyhow!("`{}` failed ({}): {told}", call(), output.status);
        return Err(Refused::Other(Failure::new(Exit::Input, error)));
    }
    // `ID` or `ID;CLUSTER`
    said.split(';').next().and_then(|id| id.parse().ok()).ok_or_else(|| {
        let error = anyhow!("`{}` said `{said}`, expected a job's number", call());
        Refused::Other(Failure::new(Exit::Input, error))
    })
}

/// A call of sbatch as it is typed.
pub(super) fn call_of(options: &[String], script: &Path, argument: Option<&str>) -> String {
    let script = script.display().to_string();
    let words = ["sbatch"].into_iter().chain(options.iter().map(String::as_str)).chain([script.as_str()]);
    words.chain(argument).map(word).collect::<Vec<_>>().join(" ")
}

/// How many elements an array may have.
pub(super) fn array_limit() -> usize {
    let said = command("scontrol").args(["show", "config"]).output().map(|output| text(&output.stdout));
    let limit = said.ok().and_then(|said| {
        let line = said.lines().find(|line| line.trim_start().starts_with("MaxArraySize"))?.to_owned();
        line.split('=').nth(1)?.trim().parse().ok()
    });
    limit.filter(|&limit: &usize| limit > 0).unwrap_or(ARRAY)
}

/// What of this user's waits or runs.
///
/// # Errors
/// Exit code 2 where squeue cannot be asked.
pub(super) fn queue() -> Result<Queue, Failure> {
    let said = ask("squeue", ["--noheader", "--array", "--me", "--format=%F|%K|%T|%j|%R"])?;
    let mut queue = Queue::default();
    for line in said.lines() {
        let mut parts = line.trim().splitn(5, '|');
        let [Some(array), Some(index), Some(state), Some(name), Some(reason)] = [(); 5].map(|()| parts.next()) else {
            continue;
        };
        let Ok(array) = array.parse() else { continue };
        queue.names.insert(array, name.to_owned());
        if let Ok(index) = index.parse() {
            let queued = Queued { state: state.to_owned(), reason: reason.to_owned() };
            queue.elements.insert(JobId { array, index }, queued);
        }
    }
    Ok(queue)
}

/// Ends jobs.
///
/// # Errors
/// Exit code 2 where scancel cannot be asked.
pub(super) fn cancel(jobs: &[u64]) -> Result<(), Failure> {
    // An array is a word; a system has a limit on a call's length.
    for some in jobs.chunks(1000) {
        ask("scancel", some.iter().map(u64::to_string))?;
    }
    Ok(())
}

fn ask<S: AsRef<OsStr>>(name: &str, arguments: impl IntoIterator<Item = S>) -> Result<String, Failure> {
    let output = command(name).args(arguments).output().with_context(|| format!("cannot start {name}"));
    let output = output.or_exit(Exit::Input)?;
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(Failure::new(Exit::Input, anyhow!("`{name}` failed ({}): {}", output.status, text(&output.stderr))))
}

/// A command of Slurm's, without what the user has set for its tables.
fn command(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env("LC_ALL", "C");
    for (key, _) in env::vars_os().filter(|(key, _)| key.to_string_lossy().starts_with("SQUEUE_")) {
        command.env_remove(key);
    }
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// A word as a shell reads it.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:%+<>".contains(c);
    if text.chars().all(plain) && !text.contains(['<', '>']) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
