//! Generated files in the cache: made where they are absent, and proved by their content where they are not.
//!
//! Beside each file, `NAME.blake3` has the hash of its bytes. A file that disagrees with it, or has none, is made again: the
//! same size always gives the same bytes.

use corrkd_csd::CsdError;
use corrkd_system::{WholeFolder, sweep};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cache::file_hash;
use crate::progress::{failed, note, unwritten};
use crate::synthetic::{self, Size};
use crate::{DataError, Progress};

/// Raise it whenever the generator writes other files for the same size, or one more, so that folders in old caches are
/// left alone.
const VERSION: u32 = 3;

/// The ending of a file with a hash.
const ENDING: &str = "blake3";
/// More is no hash.
const LONGEST: u64 = 100;

/// The folder of generated files, and the hashes of those that are wanted.
pub(crate) struct Generated {
    pub(crate) folder: PathBuf,
    pub(crate) proved: BTreeMap<String, String>,
}

impl Generated {
    /// Makes the files `wanted` ready, below `cache`; all recipes of generated data share them. Names that are not generated
    /// are passed over.
    pub(crate) fn ready<'a>(
        size: Size,
        wanted: impl Iterator<Item = &'a str>,
        cache: &Path,
        progress: &Progress<'_>,
    ) -> Result<Self, DataError> {
        let folder = cache.join(format!("synthetic-{size}-v{VERSION}"));
        if !folder.is_dir() {
            make_all(size, &folder, cache, progress)?;
        }
        let mut proved = BTreeMap::new();
        for name in wanted {
            let path = folder.join(name);
            let hash = match proof(&path, progress)? {
                Some(hash) => Some(hash),
                None => make(size, name, &path, &folder, progress)?,
            };
            proved.extend(hash.map(|hash| (name.to_owned(), hash)));
        }
        Ok(Self { folder, proved })
    }
}

/// Makes the folder with the files that most recipes read.
fn make_all(size: Size, folder: &Path, cache: &Path, progress: &Progress<'_>) -> Result<(), DataError> {
    sweep(cache);
    let unfinished = WholeFolder::create(folder).map_err(unwritten(cache))?;
    synthetic::generate(size, unfinished.path(), progress).map_err(of_cache(folder))?;
    let seal = || -> io::Result<()> {
        let made = fs::read_dir(unfinished.path())?.map(|entry| entry.map(|entry| entry.path()));
        made.collect::<io::Result<Vec<_>>>()?.iter().try_for_each(|path| seal(path, progress).map(drop))
    };
    seal().map_err(unwritten(folder))?;
    match unfinished.publish() {
        // Another process may have been faster; its files are the same.
        Err(_) if folder.is_dir() => Ok(()),
        done => done.map_err(unwritten(folder)),
    }
}

/// Makes one file, in place of what is there; nothing where there is none of this name.
fn make(
    size: Size,
    name: &str,
    path: &Path,
    folder: &Path,
    progress: &Progress<'_>,
) -> Result<Option<String>, DataError> {
    sweep(folder);
    if !synthetic::generate_one(size, name, path, progress).map_err(of_cache(folder))? {
        return Ok(None);
    }
    seal(path, progress).map(Some).map_err(unwritten(folder))
}

/// The hash of a file, if it is what was written; a note why not, but where it was never made.
fn proof(path: &Path, progress: &Progress<'_>) -> Result<Option<String>, DataError> {
    let stated = match corrkd_system::read(&beside(path), LONGEST) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).trim_end().to_owned()),
        Err(_) => None,
    };
    let why = match (file_hash(path, progress), stated) {
        (Ok(hash), Some(stated)) if *hash.to_hex() == *stated => return Ok(Some(stated)),
        (Ok(_), Some(_)) => "is not what was written".to_owned(),
        (Ok(_), None) => "no hash lies beside it".to_owned(),
        (Err(cause), _) if cause.kind() == io::ErrorKind::Interrupted => return Err(failed(path)(cause)),
        (Err(cause), None) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        (Err(cause), _) => cause.to_string(),
    };
    note(format_args!("{}: {why}; it is generated again", path.display()));
    Ok(None)
}

/// Writes the hash of a file beside it.
fn seal(path: &Path, progress: &Progress<'_>) -> io::Result<String> {
    let hash = file_hash(path, progress)?.to_hex().to_string();
    corrkd_system::replace(&beside(path), format!("{hash}\n").as_bytes())?;
    Ok(hash)
}

fn beside(path: &Path) -> PathBuf {
    path.with_added_extension(ENDING)
}

/// A sequence of the cache that cannot be written.
fn of_cache(folder: &Path) -> impl Fn(DataError) -> DataError {
    |error| match error {
        DataError::Csd(CsdError::Io { cause, .. }) | DataError::Io { cause, .. } => unwritten(folder)(cause),
        other => other,
    }
}
