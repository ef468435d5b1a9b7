//! `cargo xtask stress`: builds the program and what tries to break it, and hands over.

use crate::{cargo, failure::Failure, hand_over::start};
use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Stress {
    /// What corrkd-stress takes; --help lists it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

impl Stress {
    /// Builds both and ends as the campaigns do.
    ///
    /// # Errors
    /// Exit code 1 if a build fails or the program cannot be started.
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let [program, stress] = cargo::build_both(["corrkd", "corrkd-stress"])?;
        start(Command::new(stress).arg("--program").arg(program).args(self.arguments))
    }
}
