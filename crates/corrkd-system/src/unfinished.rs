//! What is being written under a temporary name: how it is called, and the list of what this process has begun.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How temporary names end.
pub(crate) const ENDING: &str = ".unfinished";

/// What this process has begun and neither published nor removed.
static BEGUN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Held while something begins, is published or removed.
pub(crate) fn begun() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // A list of paths is as good after a panic as before.
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How temporary names beside `to` begin; what follows is drawn.
pub(crate) fn prefix(to: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(to.file_name().unwrap_or_default());
    name.push(".");
    name
}

/// The folder that a file or folder lies in.
#[must_use]
pub fn parent(to: &Path) -> &Path {
    to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
