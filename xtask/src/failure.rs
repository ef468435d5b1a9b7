//! Errors with the exit code they end in.

use corrkd_config::Exit;
use std::process::ExitCode;

/// Why the command ends before its end.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    error: anyhow::Error,
}

impl Failure {
    /// An error and the exit code it ends in.
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into() }
    }

    /// Says what is wrong on stderr and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        corrkd_system::last_err(format_args!("error: {:#}", self.error));
        ExitCode::from(self.exit.code())
    }
}

/// Whatever is not said otherwise is our fault.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Exit::Fault, error)
    }
}
