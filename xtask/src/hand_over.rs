//! `cargo xtask ablate` and `cargo xtask reproduce`: builds `corrkd` with what the device needs, and hands over to it.

use crate::{cargo, device};
use anyhow::{Context, anyhow};
use corrkd_config::{Device, Exit, Failure};
use std::{
    ffi::OsString,
    io,
    ops::Range,
    path::{PathBuf, absolute},
    process::{Command, ExitCode},
};

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct HandOver {
    /// What corrkd's command of the same name takes; --help lists it. `--device` also says what corrkd is built with;
    /// `--program PATH` is handed over to as it is
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

impl HandOver {
    /// Has `corrkd COMMAND` do it, in the same process where the system knows that, and ends as it does.
    ///
    /// # Errors
    /// Exit code 2 if the device is none, this machine cannot build for it or the given program is absent; 1 if the build
    /// fails or the program cannot be started.
    pub(crate) fn run(mut self, command: &str) -> Result<ExitCode, Failure> {
        let program = match option(&self.arguments, "--program") {
            Some((place, path)) => {
                self.arguments.drain(place);
                given(path.into())?
            }
            None => built(option(&self.arguments, "--device").map(|(_, name)| name))?,
        };
        start(Command::new(program).arg(command).args(self.arguments))
    }
}

/// Where `NAME VALUE` or `NAME=VALUE` stands, and the value.
fn option(arguments: &[OsString], name: &str) -> Option<(Range<usize>, OsString)> {
    arguments.iter().enumerate().find_map(|(index, argument)| {
        if argument == name {
            return Some((index..index + 2, arguments.get(index + 1)?.clone()));
        }
        let value = argument.to_str()?.strip_prefix(name)?.strip_prefix('=')?;
        Some((index..index + 1, value.into()))
    })
}

/// A program that is there.
fn given(path: PathBuf) -> Result<PathBuf, Failure> {
    if !path.is_file() {
        let what = if path.exists() { "is no regular file" } else { "is not there" };
        let error = anyhow!("--program: `{}` {what}; leave it out to build the program", path.display());
        return Err(Failure::new(Exit::Input, error));
    }
    // A bare name would be looked for in PATH.
    Ok(absolute(path).context("--program")?)
}

/// What cannot be started was named on the command line, or this system has no place for it.
fn cannot_start(command: &Command, error: io::Error) -> Failure {
    Failure::new(Exit::Input, anyhow!(error).context(format!("cannot start {}", command.get_program().display())))
}

/// `corrkd` with what the device needs.
fn built(device: Option<OsString>) -> Result<PathBuf, Failure> {
    let device = match device {
        // Of several all are cards.
        Some(name) => {
            kind(&name.to_string_lossy()).parse().context("--device").map_err(|e| Failure::new(Exit::Input, e))?
        }
        None => Device::Cpu,
    };
    device::require_toolchain(device)?;
    Ok(cargo::build("corrkd", device::feature(device))?)
}

/// The first of the devices in a list, or what stands for any card.
fn kind(devices: &str) -> &str {
    let first = devices.split(',').next().unwrap_or_default();
    if first == "cuda:all" { "cuda" } else { first }
}

/// Ends as the command does.
#[cfg(unix)]
pub(crate) fn start(command: &mut Command) -> Result<ExitCode, Failure> {
    let error = std::os::unix::process::CommandExt::exec(command);
    Err(cannot_start(command, error))
}

#[cfg(not(unix))]
pub(crate) fn start(command: &mut Command) -> Result<ExitCode, Failure> {
    let status = command.status().map_err(|error| cannot_start(command, error))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(Exit::Fault.code())))
}
