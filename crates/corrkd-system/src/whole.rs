//! A file that is whole or absent, never half written, and never mixed of two writers.

use crate::unfinished::{ENDING, begun, parent, prefix};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file under a temporary name of its own, in the folder of its later place; it is removed where it is dropped before it is
/// published. Its rights are those that the umask leaves.
#[derive(Debug)]
pub struct WholeFile {
    file: File,
    temporary: PathBuf,
    to: PathBuf,
}

impl WholeFile {
    /// Begins a file that is to be `to`.
    ///
    /// # Errors
    /// The system's, where no file can be made in that folder.
    pub fn create(to: &Path) -> io::Result<Self> {
        let mut begun = begun();
        let mut options = tempfile::Builder::new();
        let prefix = prefix(to);
        options.prefix(&prefix).suffix(ENDING);
        #[cfg(unix)]
        options.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let (file, temporary) = options.tempfile_in(parent(to))?.keep()?;
        begun.insert(temporary.clone());
        // Says that its writer lives, to whoever sweeps; a file system that knows no locks has its left-overs swept late.
        let _ = file.try_lock();
        Ok(Self { file, temporary, to: to.to_owned() })
    }

    /// The file's temporary path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Gives the file its name when its bytes are on the disk. What had the name stays until that moment.
    ///
    /// # Errors
    /// The system's; the file is then removed, and what had its name stays.
    pub fn publish(self) -> io::Result<()> {
        self.file.sync_all()?;
        let mut begun = begun();
        fs::rename(&self.temporary, &self.to)?;
        begun.remove(&self.temporary);
        drop(begun);
        // The name, too, is to outlast a machine that stops. Not every system can be asked for that.
        let _ = File::open(parent(&self.to)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        let mut begun = begun();
        if begun.remove(&self.temporary) {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for WholeFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.file.read(bytes)
    }
}

impl Seek for WholeFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Writes a whole file, in place of what was there.
///
/// # Errors
/// The system's; what was there stays.
pub fn replace(to: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = WholeFile::create(to)?;
    file.write_all(contents)?;
    file.publish()
}
