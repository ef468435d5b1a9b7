//! Errors with the exit code they end in.

use crate::Exit;
use std::process::ExitCode;

/// Why a command ends before its end.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// The message.
    pub error: anyhow::Error,
}

impl Failure {
    /// An error and the exit code it ends in.
    pub fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into() }
    }

    /// Says what is wrong on stderr and gives the exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
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

/// Gives an error its exit code.
pub trait OrExit<T> {
    /// The value, or a failure with this code.
    ///
    /// # Errors
    /// The failure.
    fn or_exit(self, exit: Exit) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(exit, error))
    }
}
