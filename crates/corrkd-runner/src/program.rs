//! The program that does the work of a sweep, process by process: `corrkd` with its three commands.

use crate::{
    child::WITH_PARENT,
    failure::{Failure, OrExit},
    foreground::{self, Stdout},
    inbox::Inbox,
};
use anyhow::{Context, anyhow};
use corrkd_config::{Cross, CrossFold, DatasetRef, Device, Exit, Task};
use corrkd_record::{Prepared, RunId};
use std::{
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf, absolute},
    process::{Command, ExitStatus},
};

/// Where runs compute, and what is asked about them.
#[derive(Clone, Copy)]
pub(crate) enum Use<'a> {
    /// On this machine, whose device is looked at.
    Here,
    /// On others; with a file of trainings that are timed here.
    Elsewhere(Option<&'a Path>),
}

/// A `corrkd` that can be started, and the folders it is told to use.
pub(crate) struct Program {
    path: PathBuf,
    device: Device,
    /// The recordings; the program's own default if none.
    data: Option<PathBuf>,
    /// The runs' root.
    runs: PathBuf,
    /// The aligned samples.
    cache: PathBuf,
}

/// This program's file: the system's answer, or, where it has none as without /proc, the path that the program was started by.
fn own() -> io::Result<PathBuf> {
    env::current_exe().or_else(|error| match env::args_os().next().map(PathBuf::from) {
        Some(path) if path.components().count() > 1 && path.is_file() => absolute(path),
        _ => Err(error),
    })
}

impl Program {
    /// Takes the given program, or the one that this process runs.
    ///
    /// # Errors
    /// Exit code 2 if the given one is absent or no file, 1 if this process cannot tell where its own lies.
    pub(crate) fn obtain(
        given: Option<&Path>,
        device: Device,
        data: Option<PathBuf>,
        runs: PathBuf,
    ) -> Result<Self, Failure> {
        let path = match given {
            // A bare name would be looked for in PATH.
            Some(path) if path.is_file() => absolute(path).context("--program").or_exit(Exit::Input)?,
            Some(path) => {
                let what = if path.exists() { "is no regular file" } else { "is not there" };
                let error = anyhow!("--program: `{}` {what}; leave it out to start this program", path.display());
                return Err(Failure::new(Exit::Input, error));
            }
            None => own().context("cannot find this program's own file")?,
        };
        let cache = runs.join("cache");
        Ok(Self { path, device, data, runs, cache })
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Has the device checked, the data made ready and their labels held against the tasks, and learns what identifies
    /// both.
    ///
    /// # Errors
    /// As [`ended`], and 130 on a signal.
    pub(crate) fn prepare(
        &self,
        whose: Use<'_>,
        dataset: &DatasetRef,
        tasks: &[Task],
        inbox: &Inbox,
    ) -> Result<Prepared, Failure> {
        let mut command = self.command("prepare");
        command.arg(option("dataset", &dataset.name));
        match whose {
            Use::Here => _ = command.arg(option("device", self.device.to_string())),
            Use::Elsewhere(None) => {}
            Use::Elsewhere(Some(times)) => _ = command.arg(option("time", times)),
        }
        if let Some(size) = &dataset.size {
            command.arg(option("size", size));
        }
        if let Some(CrossFold { cross, test }) = &dataset.fold {
            let parts = match cross {
                Cross::Parts(parts) => vec![parts.to_string()],
                Cross::Groups(groups) => groups.clone(),
            };
            command.args(parts.iter().map(|part| option("folds", part)));
            command.arg(option("fold", (test + 1).to_string()));
        }
        command.args(tasks.iter().map(|task| option("task", task.name())));
        self.add_folders(&mut command);
        let at = "`corrkd prepare` was at work";
        let (status, text) = foreground::run(&mut command, Stdout::Kept, inbox, at)?;
        ended(status, || format!("`corrkd prepare` could not make the dataset {dataset} ready"))?;
        let last = text.lines().last().unwrap_or_default();
        let said: String = last.chars().take(200).collect();
        // It is not the program that it is taken for.
        serde_json::from_str(last).with_context(|| format!("`corrkd prepare` said `{said}`")).or_exit(Exit::Input)
    }

    /// The process of one run. Only the fused kernels' threads gain anything: candle's own, in matrix products and
    /// elementwise operations this small, cost more than they bring.
    pub(crate) fn train(&self, id: &RunId, threads: usize) -> Command {
        let mut command = self.command("train");
        self.add_folders(&mut command);
        command.arg("--").arg(&self.runs).arg(id.to_string());
        command.env("RAYON_NUM_THREADS", threads.to_string());
        for others in ["CANDLE_NUM_THREADS", "POLARS_MAX_THREADS"] {
            command.env(others, "1");
        }
        command
    }

    /// Has the experiment's report written and shown.
    ///
    /// # Errors
    /// If the program cannot be started, or on a signal.
    pub(crate) fn report(&self, experiment: &str, inbox: &Inbox) -> Result<ExitStatus, Failure> {
        let mut command = self.command("report");
        command.arg("--").arg(&self.runs).arg(experiment);
        Ok(foreground::run(&mut command, Stdout::Shown, inbox, "`corrkd report` was at work")?.0)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.path);
        command.arg(name).arg(WITH_PARENT);
        command
    }

    fn add_folders(&self, command: &mut Command) {
        if let Some(data) = &self.data {
            command.arg(option("data", data));
        }
        command.arg(option("cache", &self.cache));
    }
}

/// `--NAME=VALUE`, in one argument: a value may begin with a dash.
fn option(name: &str, value: impl Into<OsString>) -> OsString {
    let mut option = OsString::from(format!("--{name}="));
    option.push(value.into());
    option
}

/// What the end of a child means that was to do `what`.
///
/// # Errors
/// Unless it did it: its own exit code if that is 2, 3 or 130, otherwise 1.
pub(crate) fn ended(status: ExitStatus, what: impl FnOnce() -> String) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    let own = [Exit::Input, Exit::Data, Exit::Interrupted];
    let exit = status.code().and_then(Exit::of).filter(|exit| own.contains(exit)).unwrap_or(Exit::Fault);
    Err(Failure::new(exit, anyhow!("{} ({status})", what())))
}
