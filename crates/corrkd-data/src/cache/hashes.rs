//! Hashes of users' own files that were hashed before: a file of the same length and time of change need not be read again.
//!
//! As in git's index: a file that changed within the last moments is not remembered, since a second change in the same
//! tick of the file system's clock could not be told from the first. What is remembered carries a hash of its own.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::progress::tell_io;
use crate::{Progress, Trust};

/// The file in the cache's folder that remembers.
const NAME: &str = "hashes.json";
/// A larger one is none.
const LONGEST: u64 = 1 << 26;
/// Files younger than this are not remembered.
const SETTLED: Duration = Duration::from_secs(2);
/// Bytes read at a time.
pub(super) const PIECE: usize = 1 << 22;

/// What was hashed before.
pub(crate) struct Hashes {
    path: PathBuf,
    known: BTreeMap<PathBuf, Known>,
    /// Whether a hash was given that was remembered.
    relied: bool,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    bytes: u64,
    /// Nanoseconds since 1970.
    changed: u128,
    hash: String,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Memory {
    files: BTreeMap<PathBuf, Known>,
    /// Of the files, as they are written.
    blake3: String,
}

impl Memory {
    fn of(files: BTreeMap<PathBuf, Known>) -> serde_json::Result<Self> {
        let blake3 = blake3::hash(&serde_json::to_vec(&files)?).to_hex().to_string();
        Ok(Self { files, blake3 })
    }

    /// What a file holds, if it is what was written.
    fn read(path: &Path) -> Option<BTreeMap<PathBuf, Known>> {
        let Self { files, blake3 } = serde_json::from_slice(&corrkd_system::read(path, LONGEST).ok()?).ok()?;
        let sealed = Self::of(files).ok()?;
        (sealed.blake3 == blake3).then_some(sealed.files)
    }
}

impl Hashes {
    /// What is remembered in the folder `cache`; nothing where that cannot be read, or is damaged.
    pub(crate) fn open(cache: &Path) -> Self {
        let path = cache.join(NAME);
        Self { known: Memory::read(&path).unwrap_or_default(), path, relied: false }
    }

    /// Whether a hash was given that was remembered, and not made by reading the file.
    pub(crate) const fn relied(&self) -> bool {
        self.relied
    }

    /// The hash of a file: remembered, where that is trusted, or made by reading it, and remembered.
    pub(crate) fn of(&mut self, file: &Path, trust: Trust, progress: &Progress<'_>) -> io::Result<String> {
        let file = std::path::absolute(file)?;
        let state = |hash: String| -> io::Result<Known> {
            let about = std::fs::metadata(&file)?;
            let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
            Ok(Known { bytes: about.len(), changed, hash })
        };
        let now = state(String::new())?;
        if let Some(known) = self.known.get(&file)
            && (known.bytes, known.changed) == (now.bytes, now.changed)
            && trust == Trust::Remembered
        {
            self.relied = true;
            return Ok(known.hash.clone());
        }
        let known = Known { hash: file_hash(&file, progress)?.to_hex().to_string(), ..now };
        let age = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        if age.saturating_sub(known.changed) > SETTLED.as_nanos() && state(known.hash.clone())? == known {
            let before = self.known.insert(file, known.clone());
            if before.as_ref() != Some(&known) {
                self.remember();
            }
        }
        Ok(known.hash)
    }

    /// Writes down what is known. Where that fails, the files are read again next time.
    fn remember(&self) {
        let Some(folder) = self.path.parent() else { return };
        let written = || -> io::Result<()> {
            std::fs::create_dir_all(folder)?;
            corrkd_system::replace(&self.path, &serde_json::to_vec_pretty(&Memory::of(self.known.clone())?)?)
        };
        let _ = written();
    }
}

/// BLAKE3 of a file's bytes, piece by piece, on all cores: a large data set takes minutes otherwise.
pub(crate) fn file_hash(path: &Path, progress: &Progress<'_>) -> io::Result<blake3::Hash> {
    let mut file: File = corrkd_system::open(path)?;
    let mut hasher = blake3::Hasher::new();
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
    use crate::unseen;

    /// A file `a` with its text and its time of change, in seconds since some day.
    fn aged(folder: &Path, text: &str, seconds: u64) -> PathBuf {
        let file = folder.join("a");
        std::fs::write(&file, text).unwrap();
        let time = UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds);
        File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
        file
    }

    fn of(folder: &Path, file: &Path, trust: Trust) -> (String, bool) {
        let mut hashes = Hashes::open(folder);
        (hashes.of(file, trust, &unseen).unwrap(), hashes.relied())
    }

    fn hash(text: &str) -> String {
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }

    #[test]
    fn a_file_is_read_again_when_it_changed_and_only_then() {
        let folder = tempfile::tempdir().unwrap();
        let file = aged(folder.path(), "one", 0);
        assert_eq!(of(folder.path(), &file, Trust::Remembered), (hash("one"), false));
        assert_eq!(of(folder.path(), &file, Trust::Remembered), (hash("one"), true));
        aged(folder.path(), "two", 1);
        assert_eq!(of(folder.path(), &file, Trust::Remembered), (hash("two"), false), "another time of change");
        std::fs::write(&file, "new").unwrap();
        for _ in 0..2 {
            assert_eq!(of(folder.path(), &file, Trust::Remembered), (hash("new"), false), "too young");
        }
    }

    #[test]
    fn who_reads_files_remembers_nothing_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let file = aged(folder.path(), "one", 0);
        of(folder.path(), &file, Trust::Remembered);
        // Other bytes under the length and time that are remembered.
        aged(folder.path(), "two", 0);
        assert_eq!(of(folder.path(), &file, Trust::Read), (hash("two"), false));
        assert_eq!(of(folder.path(), &file, Trust::Remembered), (hash("two"), true), "and told the others");
    }

    #[test]
    fn no_flipped_bit_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = aged(folder.path(), "one", 0);
        of(folder.path(), &file, Trust::Remembered);
        let path = folder.path().join(NAME);
        let sound = std::fs::read(&path).unwrap();
        for bit in 0..8 * sound.len() {
            let mut bytes = sound.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(of(folder.path(), &file, Trust::Remembered).0, hash("one"), "bit {bit}");
        }
        for cut in 0..sound.len() {
            std::fs::write(&path, &sound[..cut]).unwrap();
            assert_eq!(of(folder.path(), &file, Trust::Remembered), (hash("one"), false), "{cut} bytes");
        }
    }
}
