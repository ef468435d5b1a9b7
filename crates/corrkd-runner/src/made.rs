//! Whether a report is that of these runs: then the same command has nothing to do.
//!
//! `made.json` says what a report was made of, the program and every run's result, and which files it is; what has been
//! changed since is made again.

use crate::{
    failure::{Failure, OrExit},
    fresh,
    tasks::Tasks,
};
use anyhow::Context;
use corrkd_config::Exit;
use corrkd_record::{Sweep, digest};
use corrkd_system::{read, replace};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// More than such a file has.
const LIMIT: u64 = 1 << 20;
/// The report as the terminal shows it.
const SHOWN: &str = "table.txt";
const FILE: &str = "made.json";

/// What a report is made of.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Made {
    /// The hash of the sweep and of all results.
    of: String,
    /// The program's.
    program: String,
    /// Each file's; none before they are written.
    files: BTreeMap<String, String>,
}

impl Made {
    /// What the report of these runs would be made of.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn of(sweep: &Sweep, tasks: &Tasks, program: &Path) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&serde_json::to_vec(sweep)?);
        for task in &tasks.list {
            hasher.update(hash(&task.dir.result_path())?.as_bytes());
        }
        Ok(Self { of: hasher.finalize().to_hex().to_string(), program: hash(program)?, files: BTreeMap::new() })
    }

    /// The report as it was shown, where it is the one that would be made, whole.
    pub(crate) fn shown(&self, folder: &Path) -> Option<String> {
        let made: Self = serde_json::from_slice(&read(&folder.join(FILE), LIMIT).ok()?).ok()?;
        let same = made.of == self.of && made.program == self.program && made.files == files(folder).ok()?;
        let text = same.then(|| read(&folder.join(SHOWN), LIMIT).ok())??;
        String::from_utf8(text).ok()
    }

    /// Writes down that the report in a folder is made of this.
    ///
    /// # Errors
    /// Exit code 3.
    pub(crate) fn write(self, folder: &Path) -> Result<(), Failure> {
        let cannot = || format!("{}: cannot say what it is made of", folder.display());
        let text = || -> io::Result<Vec<u8>> { Ok(serde_json::to_vec(&Self { files: files(folder)?, ..self })?) };
        text().and_then(|text| replace(&folder.join(FILE), &text)).with_context(cannot).or_exit(Exit::Data)
    }
}

/// The files of a report, each with its hash: by length and time a bit that turned over would not be told.
fn files(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = [FILE, fresh::FILE].contains(&name.as_str()) || name.starts_with('.');
        if path.is_file() && !beside {
            all.insert(name, hash(&path)?);
        }
    }
    Ok(all)
}

fn hash(path: &Path) -> io::Result<String> {
    digest(path).map_err(io::Error::other)
}
