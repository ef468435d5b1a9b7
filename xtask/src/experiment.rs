//! Finds and reads the experiment file.

use crate::exit::{Failure, INPUT, OrExit};
use anyhow::{Context, anyhow};
use corrkd_config::Experiment;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The workspace's folder.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Reads an experiment given as a path, or as the bare name of a file in `experiments/`; returns its name with it.
///
/// # Errors
/// Exit code 2, naming the file.
pub(crate) fn read(given: &Path) -> Result<(String, Experiment), Failure> {
    let path = find(given)?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display())).or_exit(INPUT)?;
    let experiment =
        Experiment::parse(&text, &others(&path)).with_context(|| path.display().to_string()).or_exit(INPUT)?;
    Ok((name, experiment))
}

/// The names of the files in `experiments/`, sorted.
pub(crate) fn names() -> Vec<String> {
    files(&workspace().join("experiments")).into_keys().collect()
}

/// The experiment files of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let toml =
        entries.into_iter().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "toml"));
    toml.filter_map(|path| Some((path.file_stem()?.to_string_lossy().into_owned(), path))).collect()
}

/// The texts that a file may extend: those beside it, and those in `experiments/`; of the same name the one beside it.
fn others(path: &Path) -> BTreeMap<String, String> {
    let mut files_by_name = files(&workspace().join("experiments"));
    files_by_name.extend(path.parent().map_or_else(BTreeMap::new, files));
    files_by_name.into_iter().filter_map(|(name, path)| Some((name, fs::read_to_string(path).ok()?))).collect()
}

fn find(given: &Path) -> Result<PathBuf, Failure> {
    let by_name = workspace().join("experiments").join(given).with_extension("toml");
    [given.to_owned(), workspace().join(given), by_name].into_iter().find(|path| path.is_file()).ok_or_else(|| {
        let names = names().join(", ");
        Failure::new(
            INPUT,
            anyhow!("no experiment file `{}`; give a path, or a name from experiments/: {names}", given.display()),
        )
    })
}
