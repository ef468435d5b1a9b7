//! Errors with the exit code they end in.
//!
//! 0 done, 1 our fault, 2 the user's input, 3 data absent or damaged, 100 some runs failed, 130 interrupted.

use std::process::ExitCode;

/// The user's input cannot be used.
pub(crate) const INPUT: u8 = 2;
/// The data is absent or damaged.
pub(crate) const DATA: u8 = 3;
/// The sweep is done and reported, but some of its runs failed.
pub(crate) const RUNS_FAILED: u8 = 100;
/// Stopped by Ctrl-C, as a shell would say it.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why the command ends before its end.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    error: anyhow::Error,
}

impl Failure {
    /// An error and the exit code it ends in.
    pub(crate) fn new(code: u8, error: impl Into<anyhow::Error>) -> Self {
        Self { code, error: error.into() }
    }

    /// The exit code.
    pub(crate) const fn code(&self) -> u8 {
        self.code
    }

    /// Whether nothing else is to be tried after it.
    pub(crate) const fn stops_all(&self) -> bool {
        self.code == INTERRUPTED
    }

    /// Orders exit codes, the gravest first: our faults, absent data, the user's input, failed runs.
    pub(crate) fn gravity(code: u8) -> usize {
        [1, DATA, INPUT, RUNS_FAILED].into_iter().position(|known| known == code).unwrap_or(0)
    }

    /// Says what is wrong on stderr and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("error: {:#}", self.error);
        ExitCode::from(self.code)
    }
}

/// Whatever is not said otherwise is our fault.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(1, error)
    }
}

/// Gives an error its exit code.
pub(crate) trait OrExit<T> {
    /// The value, or a failure with this code.
    fn or_exit(self, code: u8) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, code: u8) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(code, error))
    }
}
