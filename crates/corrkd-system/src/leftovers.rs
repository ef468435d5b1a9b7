//! What processes that were killed had begun.

use crate::unfinished::ENDING;
use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

/// What is younger may have been made by a process that has not come to locking it.
const NEW: Duration = Duration::from_millis(200);

/// Removes the unfinished files and folders that lie in `folder` and whose writers are gone; those of living ones are locked.
/// What cannot be removed stays, as it harms nobody.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with('.') && name.ends_with(ENDING)) {
            continue;
        }
        // None of ours is a pipe, which would be waited for.
        let ours = entry.file_type().is_ok_and(|kind| kind.is_file() || kind.is_dir());
        if !ours {
            continue;
        }
        let path = entry.path();
        let age = || path.symlink_metadata().ok()?.modified().ok()?.elapsed().ok();
        // Before its lock is tried: a writer that comes to locking it is not to find it locked.
        if age().is_none_or(|age| age <= NEW) {
            continue;
        }
        let Ok(file) = File::open(&path) else { continue };
        if file.try_lock().is_ok() {
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}
