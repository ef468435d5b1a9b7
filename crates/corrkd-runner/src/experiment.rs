//! Finds and reads an experiment: the user's own file, or one of `experiments/`, which the program carries.

use crate::failure::{Failure, OrExit};
use anyhow::{Context, anyhow};
use corrkd_config::{Exit, Experiment, MethodPlan};
use std::{collections::BTreeMap, fs, path::Path};

/// Name and text of each file in `experiments/`, in name order.
const CARRIED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/experiments.rs"));

/// Reads an experiment given as a path, or as the name of one that the program carries; returns its name with it.
///
/// # Errors
/// Exit code 2, naming the file.
pub(crate) fn read(given: &Path, methods: &[&dyn MethodPlan]) -> Result<(String, Experiment), Failure> {
    let mut others: BTreeMap<String, String> =
        CARRIED.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
    let (name, text) = if given.is_file() {
        let text = fs::read_to_string(given).with_context(|| format!("cannot read {}", given.display()));
        // A file may extend those beside it, too; of the same name the one beside it.
        others.extend(beside(given));
        (given.file_stem().unwrap_or_default().to_string_lossy().into_owned(), text.or_exit(Exit::Input)?)
    } else {
        let carried = CARRIED.iter().find(|(name, _)| given.as_os_str() == *name);
        let (name, text) = carried.ok_or_else(|| unknown(given))?;
        ((*name).to_owned(), (*text).to_owned())
    };
    let experiment = Experiment::parse(&text, &others, methods);
    Ok((name, experiment.with_context(|| given.display().to_string()).or_exit(Exit::Input)?))
}

/// The names of the carried experiments, sorted.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CARRIED.iter().map(|&(name, _)| name)
}

/// The texts of the experiment files in a file's folder, by name.
fn beside(path: &Path) -> BTreeMap<String, String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let paths = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let toml = paths.filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let named = toml
        .filter_map(|path| Some((path.file_stem()?.to_string_lossy().into_owned(), fs::read_to_string(&path).ok()?)));
    named.collect()
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
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments");
        let files = beside(&Path::new(folder).join("quickstart.toml"));
        let carried = CARRIED.iter().map(|&(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(carried.collect::<BTreeMap<_, _>>(), files);
    }
}
