//! A file that stands for a process at work, and goes with it.

use crate::unfinished::begun;
use std::{fs, path::PathBuf};

/// Removes the file where it is dropped, and where the process is [abandoned](crate::abandon).
#[derive(Debug)]
pub struct Passing(PathBuf);

impl Passing {
    /// Of a file that is there.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        begun().insert(path.clone());
        Self(path)
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        let mut begun = begun();
        if begun.remove(&self.0) {
            let _ = fs::remove_file(&self.0);
        }
    }
}
