//! A folder that appears when all of it is there.

use crate::unfinished::{ENDING, begun, parent, prefix};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder under a temporary name beside its later place; it is removed where it is dropped before it is published. Its
/// rights are those that the umask leaves.
#[derive(Debug)]
pub struct WholeFolder {
    temporary: PathBuf,
    to: PathBuf,
    /// Held open and locked: its writer lives.
    _lock: Option<File>,
}

impl WholeFolder {
    /// Begins a folder that is to be `to`, and the folders above it where they are absent.
    ///
    /// # Errors
    /// The system's.
    pub fn create(to: &Path) -> io::Result<Self> {
        fs::create_dir_all(parent(to))?;
        let mut begun = begun();
        let mut options = tempfile::Builder::new();
        let prefix = prefix(to);
        options.prefix(&prefix).suffix(ENDING);
        #[cfg(unix)]
        options.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let temporary = options.tempdir_in(parent(to))?.keep();
        begun.insert(temporary.clone());
        let lock = File::open(&temporary).ok().filter(|folder| folder.try_lock().is_ok());
        Ok(Self { temporary, to: to.to_owned(), _lock: lock })
    }

    /// The folder's temporary path, to write into.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Gives the folder its name. An empty one of that name may be there.
    ///
    /// # Errors
    /// The system's, [`io::ErrorKind::DirectoryNotEmpty`] or [`io::ErrorKind::AlreadyExists`] where there is something of that
    /// name; the folder is then removed.
    pub fn publish(self) -> io::Result<()> {
        let mut begun = begun();
        if self.to.is_dir() {
            fs::remove_dir(&self.to)?;
        }
        fs::rename(&self.temporary, &self.to)?;
        begun.remove(&self.temporary);
        Ok(())
    }
}

impl Drop for WholeFolder {
    fn drop(&mut self) {
        let mut begun = begun();
        if begun.remove(&self.temporary) {
            let _ = fs::remove_dir_all(&self.temporary);
        }
    }
}
