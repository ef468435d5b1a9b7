//! Errors with the exit code they end in.

use corrkd_config::Exit;

/// Why the command ends before its end.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// The message.
    pub error: anyhow::Error,
}

impl Failure {
    /// An error and the exit code it ends in.
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into() }
    }

    /// Whether nothing else is to be tried after it.
    pub(crate) fn stops_all(&self) -> bool {
        self.exit == Exit::Interrupted
    }

    /// Orders failures, the gravest first: our faults, absent data, the user's input, failed runs.
    pub(crate) fn gravity(&self) -> usize {
        let order = [Exit::Fault, Exit::Data, Exit::Input, Exit::RunsFailed];
        order.into_iter().position(|known| known == self.exit).unwrap_or(0)
    }
}

/// Whatever is not said otherwise is our fault.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Exit::Fault, error)
    }
}

/// Gives an error its exit code.
pub(crate) trait OrExit<T> {
    /// The value, or a failure with this code.
    fn or_exit(self, exit: Exit) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(exit, error))
    }
}
