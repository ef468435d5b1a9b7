//! How failures of several experiments are weighed.

use corrkd_config::Exit;
pub(crate) use corrkd_config::{Failure, OrExit};

/// Whether nothing else is to be tried after it.
pub(crate) fn stops_all(failure: &Failure) -> bool {
    failure.exit == Exit::Interrupted
}

/// Orders failures, the gravest first: our faults, absent data, the user's input, failed runs.
pub(crate) fn gravity(failure: &Failure) -> usize {
    let order = [Exit::Fault, Exit::Data, Exit::Input, Exit::RunsFailed];
    order.into_iter().position(|known| known == failure.exit).unwrap_or(0)
}
