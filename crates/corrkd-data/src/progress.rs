//! How long work tells how far it is, and is told to stop.

use std::ops::ControlFlow;

use crate::DataError;

/// Called with the number of steps done and of all steps; whether to go on.
pub type Progress<'a> = dyn Fn(usize, usize) -> ControlFlow<()> + 'a;

/// Tells nobody, and always goes on.
pub fn unseen(_: usize, _: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tells how far it is; an error where it is told to stop.
pub(crate) fn tell(progress: &Progress<'_>, done: usize, all: usize) -> Result<(), DataError> {
    match progress(done, all) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DataError::Interrupted),
    }
}
