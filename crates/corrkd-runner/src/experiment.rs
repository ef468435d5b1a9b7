//! Finds and reads an experiment: the user's own file, or one of `experiments/`, which the program carries.

use crate::failure::{Failure, OrExit};
use anyhow::{Context, anyhow};
use corrkd_config::{
    ConfigError, Exit, Experiment, ExperimentFile, ExperimentFiles, MethodPlan, Overrides, is_path, starting_from, utf8,
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, absolute},
};

/// Name and text of each file in `experiments/`, in name order.
const CARRIED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/experiments.rs"));

/// Reads an experiment given as a path, or as the name of one that the program carries; returns its name with it.
///
/// # Errors
/// Exit code 2, naming the file.
pub(crate) fn read(
    given: &Path,
    methods: &[&dyn MethodPlan],
    overrides: &Overrides,
) -> Result<(String, Experiment), Failure> {
    let (name, file) = if given.is_file() {
        let name = given.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name, open(given, given.display().to_string()).or_exit(Exit::Input)?)
    } else {
        let file = given.to_str().and_then(carried).ok_or_else(|| unknown(given))?;
        (file.name.clone(), file)
    };
    let experiment = Experiment::read(&file, &Files, methods, overrides);
    Ok((name, experiment.with_context(|| given.display().to_string()).or_exit(Exit::Input)?))
}

/// The names of the carried experiments, sorted.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CARRIED.iter().map(|&(name, _)| name)
}

/// What a file may extend: another by its path, one beside it by its name, or else one that the program carries.
struct Files;

impl ExperimentFiles for Files {
    fn find(&self, named: &str, from: Option<&Path>) -> Result<Option<ExperimentFile>, ConfigError> {
        let path = from.map(|folder| match is_path(named) {
            true => starting_from(folder, named),
            false => folder.join(format!("{named}.toml")),
        });
        match path.filter(|path| path.is_file()) {
            Some(path) if is_path(named) => open(&path, path.display().to_string()).map(Some),
            Some(path) => open(&path, named.to_owned()).map(Some),
            None => Ok(carried(named)),
        }
    }

    fn names(&self, from: Option<&Path>) -> Vec<String> {
        let paths = from.into_iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        let paths = paths.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "toml"));
        let beside = paths.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
        beside.chain(names().map(str::to_owned)).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

fn carried(name: &str) -> Option<ExperimentFile> {
    let (name, text) = CARRIED.iter().find(|&&(other, _)| other == name)?;
    Some(ExperimentFile { name: (*name).to_owned(), text: (*text).to_owned(), folder: None })
}

/// A file under what it is called; paths in it start from its folder, wherever the program was started.
fn open(path: &Path, name: String) -> Result<ExperimentFile, ConfigError> {
    let unreadable =
        |e: std::io::Error| ConfigError::Syntax { whose: path.display().to_string(), reason: e.to_string() };
    let text = fs::read(path).and_then(utf8).map_err(unreadable)?;
    let folder = absolute(path).map_err(unreadable)?;
    let folder = folder.parent().map(|folder| folder.canonicalize().unwrap_or(folder.to_owned()));
    Ok(ExperimentFile { name, text, folder })
}

fn unknown(given: &Path) -> Failure {
    let names = names().collect::<Vec<_>>().join(", ");
    let error = anyhow!("no experiment file `{}`; give a path, or one of the names {names}", given.display());
    Failure::new(Exit::Input, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_experiments_is_carried() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments")).canonicalize().unwrap();
        let beside = Files.names(Some(&folder));
        assert_eq!(beside, names().collect::<Vec<_>>());
        for name in names() {
            let file = Files.find(name, Some(&folder)).unwrap().unwrap();
            assert_eq!(
                (Some(file.text), file.folder.as_ref()),
                (carried(name).map(|c| c.text), Some(&folder)),
                "{name}"
            );
        }
    }
}
