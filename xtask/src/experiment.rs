//! Finds and reads the experiment file.

use crate::exit::{Failure, INPUT, OrExit};
use anyhow::{Context, anyhow};
use corrkd_config::Experiment;
use std::{
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
    let experiment = Experiment::parse(&text).with_context(|| path.display().to_string()).or_exit(INPUT)?;
    Ok((name, experiment))
}

fn find(given: &Path) -> Result<PathBuf, Failure> {
    let folder = workspace().join("experiments");
    let by_name = folder.join(given).with_extension("toml");
    [given.to_owned(), workspace().join(given), by_name].into_iter().find(|path| path.is_file()).ok_or_else(|| {
        let mut names: Vec<String> = fs::read_dir(&folder)
            .map(|files| files.flatten().map(|file| file.path()).collect::<Vec<_>>())
            .unwrap_or_default()
            .iter()
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
            .collect();
        names.sort();
        let names = names.join(", ");
        Failure::new(
            INPUT,
            anyhow!("no experiment file `{}`; give a path, or a name from experiments/: {names}", given.display()),
        )
    })
}
