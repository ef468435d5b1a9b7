//! The program that does the work of a sweep, process by process: `corrkd` with its three commands.

use crate::{
    failure::{Failure, OrExit},
    foreground::{self, Stdout},
    inbox::Inbox,
};
use anyhow::{Context, anyhow};
use corrkd_config::{Cross, CrossFold, DatasetRef, Device, Exit, Task};
use corrkd_record::{Prepared, RunId};
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
    /// Takes the given program, or the one that this process runs.
    ///
    /// # Errors
    /// Exit code 2 if the given one is absent, 1 if this process cannot tell where its own lies.
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
                let error = anyhow!("--program: no file `{}`; leave it out to start this one", path.display());
                return Err(Failure::new(Exit::Input, error));
            }
            None => env::current_exe().context("cannot find this program's own file")?,
        };
        let cache = runs.join("cache");
        Ok(Self { path, device, data, runs, cache })
    }

    /// Has the device checked, the data made ready and their labels held against the tasks, and learns what identifies
    /// both.
    ///
    /// # Errors
    /// The program's own exit code if that is 2, 3 or 130, otherwise 1.
    pub(crate) fn prepare(&self, dataset: &DatasetRef, tasks: &[Task], inbox: &Inbox) -> Result<Prepared, Failure> {
        let mut command = Command::new(&self.path);
        command.args(["prepare", "--dataset", &dataset.name, "--device", &self.device.to_string()]);
        if let Some(size) = &dataset.size {
            command.args(["--size", size]);
        }
        if let Some(CrossFold { cross, test }) = &dataset.fold {
            let parts = match cross {
                Cross::Parts(parts) => vec![parts.to_string()],
                Cross::Groups(groups) => groups.clone(),
            };
            command.args(parts.iter().flat_map(|part| ["--folds", part]));
            command.args(["--fold", &(test + 1).to_string()]);
        }
        command.args(tasks.iter().flat_map(|task| ["--task", task.name()]));
        self.add_folders(&mut command);
        let (status, text) = foreground::run(&mut command, Stdout::Kept, inbox)?;
        if !status.success() {
            let error = anyhow!("`corrkd prepare` could not make the dataset {dataset} ready ({status})");
            let own = [Exit::Input, Exit::Data, Exit::Interrupted];
            let exit = status.code().and_then(Exit::of).filter(|exit| own.contains(exit));
            return Err(Failure::new(exit.unwrap_or(Exit::Fault), error));
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
