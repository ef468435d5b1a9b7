//! How long work tells how far it is, and is told to stop.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use crate::DataError;

/// Called with the number of steps done and of all steps of one part of the work (files hashed, videos aligned, ...);
/// whether to go on.
pub type Progress<'a> = dyn Fn(usize, usize) -> ControlFlow<()> + 'a;

/// Tells nobody, and always goes on.
pub fn unseen(_: usize, _: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// As [`tell`], in the midst of reading or writing: [`failed`] makes of it what it was.
pub(crate) fn tell_io(progress: &Progress<'_>, done: usize, all: usize) -> io::Result<()> {
    tell(progress, done, all).map_err(|_| io::ErrorKind::Interrupted.into())
}

/// What became of a file or folder.
pub(crate) fn failed(path: &Path) -> impl Fn(io::Error) -> DataError {
    |cause| match cause.kind() {
        io::ErrorKind::Interrupted => DataError::Interrupted,
        _ => DataError::Io { path: path.to_owned(), cause },
    }
}

/// Tells how far it is; an error where it is told to stop.
pub(crate) fn tell(progress: &Progress<'_>, done: usize, all: usize) -> Result<(), DataError> {
    match progress(done, all) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DataError::Interrupted),
    }
}
