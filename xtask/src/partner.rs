//! `cargo xtask bench` and `cargo xtask stress`: builds the program and one that works on it, and hands over to that.

use crate::{cargo, hand_over::start};
use corrkd_config::Failure;
use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Partner {
    /// What the other program takes; --help lists it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

impl Partner {
    /// Builds both and ends as the other, the program of a package, does.
    ///
    /// # Errors
    /// Exit code 1 if a build fails or the program cannot be started.
    pub(crate) fn run(self, package: &str) -> Result<ExitCode, Failure> {
        let [program, other] = cargo::build_both(["corrkd", package])?;
        start(Command::new(other).arg("--program").arg(program).args(self.arguments))
    }
}
