//! Hashes of files that were hashed before: a file of the same length and time of change need not be read again.
//!
//! As in git's index: a file that changed within the last moments is not remembered, since a second change in the same
//! tick of the file system's clock could not be told from the first.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Progress;
use crate::progress::tell_io;

/// The file in the cache's folder that remembers.
const NAME: &str = "hashes.json";
/// Files younger than this are not remembered.
const SETTLED: Duration = Duration::from_secs(2);
/// Bytes read at a time.
const PIECE: usize = 1 << 22;

/// What was hashed before.
pub(crate) struct Hashes {
    path: PathBuf,
    known: BTreeMap<PathBuf, Known>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Known {
    bytes: u64,
    /// Nanoseconds since 1970.
    changed: u128,
    hash: String,
}

impl Hashes {
    /// What is remembered in the folder `cache`; nothing where that cannot be read.
    pub(crate) fn open(cache: &Path) -> Self {
        let path = cache.join(NAME);
        let known = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { path, known: known.unwrap_or_default() }
    }

    /// The hash of a file: remembered, or made by `hash` and remembered.
    pub(crate) fn of(
        &mut self,
        file: &Path,
        hash: impl FnOnce(&Path) -> io::Result<blake3::Hash>,
    ) -> io::Result<String> {
        let file = std::path::absolute(file)?;
        let state = |hash: String| -> io::Result<Known> {
            let about = std::fs::metadata(&file)?;
            let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
            Ok(Known { bytes: about.len(), changed, hash })
        };
        let now = state(String::new())?;
        if let Some(known) = self.known.get(&file)
            && (known.bytes, known.changed) == (now.bytes, now.changed)
        {
            return Ok(known.hash.clone());
        }
        let known = Known { hash: hash(&file)?.to_hex().to_string(), ..now };
        let age = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        if age.saturating_sub(known.changed) > SETTLED.as_nanos() && state(known.hash.clone())? == known {
            self.known.insert(file, known.clone());
            self.remember();
        }
        Ok(known.hash)
    }

    /// Writes down what is known. Where that fails, the files are read again next time.
    fn remember(&self) {
        let Some(folder) = self.path.parent() else { return };
        let written = || -> io::Result<()> {
            std::fs::create_dir_all(folder)?;
            let unfinished = tempfile::NamedTempFile::new_in(folder)?;
            std::fs::write(unfinished.path(), serde_json::to_vec_pretty(&self.known)?)?;
            unfinished.persist(&self.path)?;
            Ok(())
        };
        let _ = written();
    }
}

/// BLAKE3 of a file's bytes.
pub(crate) fn file_hash(path: &Path, progress: &Progress<'_>) -> io::Result<blake3::Hash> {
    hash_rest(&mut File::open(path)?, blake3::Hasher::new(), progress)
}

/// Adds all bytes from where a file stands, piece by piece, on all cores: a large data set takes minutes otherwise.
pub(super) fn hash_rest(
    file: &mut File,
    mut hasher: blake3::Hasher,
    progress: &Progress<'_>,
) -> io::Result<blake3::Hash> {
    let pieces = file.metadata()?.len() as usize / PIECE;
    let mut piece = vec![0; PIECE];
    for number in 0.. {
        tell_io(progress, number.min(pieces), pieces)?;
        match file.read(&mut piece)? {
            0 => break,
            read => hasher.update_rayon(&piece[..read]),
        };
    }
    Ok(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_again_when_it_changed_and_only_then() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        let aged = |text: &str, seconds: u64| {
            std::fs::write(&file, text).unwrap();
            let time = UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds);
            File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
        };
        let reads = std::cell::Cell::new(0);
        let hash = |path: &Path| {
            reads.set(reads.get() + 1);
            file_hash(path, &crate::unseen)
        };
        aged("one", 0);
        let one = Hashes::open(folder.path()).of(&file, hash).unwrap();
        assert_eq!(one, blake3::hash(b"one").to_hex().to_string());
        assert_eq!(Hashes::open(folder.path()).of(&file, hash).unwrap(), one);
        assert_eq!(reads.get(), 1, "remembered");
        aged("two", 1);
        assert_ne!(Hashes::open(folder.path()).of(&file, hash).unwrap(), one);
        assert_eq!(reads.get(), 2, "another time of change");
        std::fs::write(&file, "new").unwrap();
        for reading in [3, 4] {
            Hashes::open(folder.path()).of(&file, hash).unwrap();
            assert_eq!(reads.get(), reading, "too young to be remembered");
        }
    }
}
