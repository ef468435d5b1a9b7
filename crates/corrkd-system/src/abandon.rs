//! The end of a process in the midst of its work.

use crate::unfinished::begun;
use std::fs;
use std::time::Duration;

/// Removes all that this process has begun, and keeps its other threads from beginning or publishing anything more: to be
/// called once, right before the process ends.
pub fn abandon() {
    let begun = begun();
    for path in begun.iter() {
        // Another thread may still write into a folder: what it makes after a pass is removed by the next.
        for _ in 0..20 {
            let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            if removed.is_ok() || !path.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    // Never let go of: who waits for it waits for the end.
    std::mem::forget(begun);
}
