//! The program `corrkd`: building it, and its three commands.

use crate::{
    device,
    exit::{DATA, Failure, INPUT, OrExit},
    experiment::workspace,
    foreground::{self, Stdout},
    inbox::Inbox,
};
use anyhow::{Context, anyhow, bail};
use corrkd_config::{DatasetRef, Device};
use corrkd_record::{Prepared, RunId};
use serde_json::Value;
use std::{
    env,
    path::{Path, PathBuf, absolute},
    process::{Command, ExitStatus, Stdio},
};

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

impl Program {
    /// Takes the given program, or builds one that has what the device needs.
    ///
    /// # Errors
    /// Exit code 2 if the given one is absent or this machine cannot build for the device, 1 if the build fails.
    pub(crate) fn obtain(
        given: Option<&Path>,
        device: Device,
        data: Option<PathBuf>,
        runs: PathBuf,
        inbox: &Inbox,
    ) -> Result<Self, Failure> {
        let path = match given {
            // A bare name would be looked for in PATH.
            Some(path) if path.is_file() => absolute(path).context("--program").or_exit(INPUT)?,
            Some(path) => {
                let error = anyhow!("--program: no file `{}`; leave it out to build the program", path.display());
                return Err(Failure::new(INPUT, error));
            }
            None => build(device, inbox)?,
        };
        let cache = runs.join("cache");
        Ok(Self { path, device, data, runs, cache })
    }

    /// Has the device checked and the data made ready, and learns what identifies both.
    ///
    /// # Errors
    /// The program's own exit code if that is 2 or 3, otherwise 1.
    pub(crate) fn prepare(&self, dataset: &DatasetRef, inbox: &Inbox) -> Result<Prepared, Failure> {
        let mut command = Command::new(&self.path);
        command.args(["prepare", "--dataset", &dataset.name, "--device", &self.device.to_string()]);
        if let Some(size) = &dataset.size {
            command.args(["--size", size]);
        }
        self.add_folders(&mut command);
        let (status, text) = foreground::run(&mut command, Stdout::Kept, inbox)?;
        if !status.success() {
            let error = anyhow!("`corrkd prepare` could not make the dataset {} ready ({status})", dataset.name);
            let code = status.code().and_then(|code| u8::try_from(code).ok()).filter(|c| [INPUT, DATA].contains(c));
            return Err(Failure::new(code.unwrap_or(1), error));
        }
        let last = text.lines().last().unwrap_or_default();
        let said = serde_json::from_str(last).with_context(|| format!("`corrkd prepare` said `{last}`"))?;
        Ok(said)
    }

    /// The process of one run. Only the fused kernels' threads gain anything: candle's own, in matrix products and
    /// elementwise operations this small, cost more than they bring.
    pub(crate) fn train(&self, id: &RunId, threads: usize) -> Command {
        let mut command = Command::new(&self.path);
        command.arg("train").arg(&self.runs).arg(id.to_string());
        self.add_folders(&mut command);
        command.env("RAYON_NUM_THREADS", threads.to_string());
        for others in ["CANDLE_NUM_THREADS", "POLARS_MAX_THREADS"] {
            command.env(others, "1");
        }
        command.stdin(Stdio::null());
        command
    }

    /// Has the experiment's report written and shown.
    ///
    /// # Errors
    /// If the program cannot be started, or on Ctrl-C.
    pub(crate) fn report(&self, experiment: &str, inbox: &Inbox) -> Result<ExitStatus, Failure> {
        let mut command = Command::new(&self.path);
        command.arg("report").arg(&self.runs).arg(experiment);
        Ok(foreground::run(&mut command, Stdout::Shown, inbox)?.0)
    }

    fn add_folders(&self, command: &mut Command) {
        if let Some(data) = &self.data {
            command.arg("--data").arg(data);
        }
        command.arg("--cache").arg(&self.cache);
    }
}

/// Builds the program and returns where cargo put it.
fn build(device: Device, inbox: &Inbox) -> Result<PathBuf, Failure> {
    device::require_toolchain(device)?;
    let mut command = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    command.args(["build", "--package", "corrkd", "--message-format", "json-render-diagnostics"]);
    command.current_dir(workspace());
    match device::feature(device) {
        None => eprintln!("building corrkd without a feature, for --device {device}"),
        Some(feature) => {
            eprintln!("building corrkd with the feature `{feature}`, for --device {device}");
            command.args(["--features", feature]);
        }
    }
    let (status, text) = foreground::run(&mut command, Stdout::Kept, inbox)?;
    if !status.success() {
        return Err(anyhow!("`cargo build --package corrkd` failed ({status})").into());
    }
    let built = executable(&text)?;
    Ok(built)
}

/// The executable that cargo's messages name.
fn executable(messages: &str) -> anyhow::Result<PathBuf> {
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).with_context(|| format!("cargo said `{line}`"))?;
        match message["executable"].as_str() {
            Some(path) if message["target"]["name"] == "corrkd" => return Ok(path.into()),
            _ => {}
        }
    }
    bail!("cargo built no program `corrkd`")
}
