//! How long work tells how far it is, and is told to stop.

use std::fmt::Display;
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

/// Says what was found on the way and is put right, so that the work goes on.
pub(crate) fn note(what: impl Display) {
    corrkd_system::err(format_args!("note: {what}"));
}

/// What became of a file or folder.
pub(crate) fn failed(path: &Path) -> impl Fn(io::Error) -> DataError {
    |cause| match cause.kind() {
        io::ErrorKind::Interrupted => DataError::Interrupted,
        _ => DataError::Io { path: path.to_owned(), cause },
    }
}

/// What became of the cache, a folder or a file in it, that was to be written.
pub(crate) fn unwritten(path: &Path) -> impl Fn(io::Error) -> DataError {
    |cause| match cause.kind() {
        io::ErrorKind::Interrupted => DataError::Interrupted,
        _ => DataError::Cache { path: path.to_owned(), cause },
    }
}

/// Tells how far it is; an error where it is told to stop.
pub(crate) fn tell(progress: &Progress<'_>, done: usize, all: usize) -> Result<(), DataError> {
    match progress(done, all) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DataError::Interrupted),
    }
}
