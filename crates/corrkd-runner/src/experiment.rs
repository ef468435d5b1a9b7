//! Finds and reads an experiment: the user's own file, or one of `experiments/`, which the program carries.

use crate::failure::{Failure, OrExit};
use anyhow::{Context, anyhow, bail};
use corrkd_config::{
    ConfigError, Exit, Experiment, ExperimentFile, ExperimentFiles, MethodPlan, Overrides, datasets, is_path, searches,
    starting_from, unfit, utf8,
};
use corrkd_system::inside;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, absolute},
};

/// Name and text of each file in `experiments/`.
const CARRIED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/experiments.rs"));

/// More than any experiment file has.
const LIMIT: u64 = 1 << 22;
/// How long a report's name may be, in bytes: file systems allow 255, and a task's name may come behind it.
const NAME: usize = 200;

/// Reads an experiment given as a path, or as the name of one that the program carries; returns its name with it.
///
/// # Errors
/// Exit code 2, naming the file.
pub(crate) fn read(
    given: &Path,
    methods: &[&dyn MethodPlan],
    overrides: &Overrides,
) -> Result<(String, Experiment), Failure> {
    let carried = || given.to_str().and_then(|name| carried().find(name, None).ok().flatten());
    let (name, file) = match (given.is_file(), carried()) {
        (false, Some(file)) => (file.name.clone(), file),
        (false, None) if !given.exists() => return Err(unknown(given)),
        // A folder or a device is refused where it is opened.
        (true, _) | (false, None) => {
            let file = open(given, given.display().to_string()).or_exit(Exit::Input)?;
            (report(given).with_context(|| given.display().to_string()).or_exit(Exit::Input)?, file)
        }
    };
    let experiment = Experiment::read(&file, &Files, methods, overrides);
    Ok((name, experiment.with_context(|| given.display().to_string()).or_exit(Exit::Input)?))
}

/// The name of a file's report, which is that of a folder: the file's without its ending.
fn report(file: &Path) -> anyhow::Result<String> {
    let stem = file.file_stem().unwrap_or_default();
    let name = stem.to_str().context("its name is not in UTF-8, and the report is called by it; rename it")?;
    let reason = match name {
        _ if name.starts_with('.') => Some("begins with a dot".to_owned()),
        _ if name.trim() != name || name.is_empty() => Some("begins or ends with a space".to_owned()),
        _ if name.len() > NAME => Some(format!("has {} bytes, more than {NAME}", name.len())),
        _ if !inside(Path::new(name)) || name.contains(['/', '\\']) => Some("is none of a folder".to_owned()),
        _ => unfit(name),
    };
    match reason {
        None => Ok(name.to_owned()),
        Some(reason) => bail!("the report would be called {name:?}, which {reason}; rename the file"),
    }
}

/// The carried files' texts by name.
fn carried() -> BTreeMap<String, String> {
    CARRIED.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The names of the carried experiments, those of each data set where one is for several.
fn names() -> Vec<String> {
    carried().names(None)
}

/// A carried experiment that is for several data sets.
pub(crate) struct Carried {
    /// Its name, without that of a data set.
    pub(crate) name: String,
    /// The data sets.
    pub(crate) datasets: Vec<String>,
    /// Whether it has validation choose settings, which takes many times the runs of others.
    pub(crate) searches: bool,
}

/// The carried experiments that are for several data sets, by name.
pub(crate) fn tables() -> Vec<Carried> {
    let carried = carried();
    let of = |name: &String| {
        let file = carried.find(name, None).ok().flatten()?;
        let (datasets, searches) = (datasets(&file, &carried), searches(&file, &carried));
        (!datasets.is_empty()).then(|| Carried { name: name.clone(), datasets, searches })
    };
    carried.keys().filter_map(of).collect()
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
            None => carried().find(named, None),
        }
    }

    fn names(&self, from: Option<&Path>) -> Vec<String> {
        let paths = from.into_iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        let paths = paths.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "toml"));
        let beside = paths.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
        beside.chain(names()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// A file under what it is called; paths in it start from its folder, wherever the program was started.
fn open(path: &Path, name: String) -> Result<ExperimentFile, ConfigError> {
    let unreadable =
        |e: std::io::Error| ConfigError::Syntax { whose: path.display().to_string(), reason: e.to_string() };
    let text = corrkd_system::read(path, LIMIT).and_then(utf8).map_err(unreadable)?;
    let folder = absolute(path).map_err(unreadable)?;
    let folder = folder.parent().map(|folder| folder.canonicalize().unwrap_or(folder.to_owned()));
    Ok(ExperimentFile { name, text, folder, on: None })
}

fn unknown(given: &Path) -> Failure {
    let names = names().join(", ");
    let error = anyhow!("no experiment file `{}`; give a path, or one of the names {names}", given.display());
    Failure::new(Exit::Input, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_folder_of_its_own() {
        let name = |file: &str| report(Path::new(file)).map_err(|error| error.to_string());
        assert_eq!(name("a/two-rows.toml").as_deref(), Ok("two-rows"));
        assert_eq!(name("-dash.toml").as_deref(), Ok("-dash"));
        assert_eq!(name("a.b.toml").as_deref(), Ok("a.b"));
        let long = "n".repeat(NAME + 1);
        for (file, said) in [
            ("...toml", "\"..\", which begins with a dot"),
            ("....toml", "begins with a dot"),
            (".toml", "begins with a dot"),
            (".hidden.toml", "begins with a dot"),
            (" .toml", "a space"),
            ("a\nb.toml", "it holds `\\u{a}`"),
            ("a\u{202e}b.toml", "it holds `\\u{202e}`"),
            ("a\\b.toml", "none of a folder"),
            (&long, "has 201 bytes"),
        ] {
            let refused = name(file).unwrap_err();
            assert!(refused.contains(said) && refused.ends_with("rename the file"), "{file}: {refused}");
        }
    }

    #[test]
    fn every_file_in_experiments_is_carried() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments"));
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let toml = files.filter(|path| path.extension().is_some_and(|e| e == "toml"));
        let texts: BTreeMap<String, String> =
            toml.map(|path| (report(&path).unwrap(), fs::read_to_string(path).unwrap())).collect();
        assert_eq!(texts, carried());
    }

    #[test]
    fn one_for_several_data_sets_has_a_name_for_each() {
        let table = |name: &str| tables().into_iter().find(|table| table.name == name).unwrap();
        assert_eq!(table("table2").datasets, ["iemocap", "synthetic"]);
        assert!(table("tuned").searches && !table("table2").searches);
        let names = names();
        assert!(
            ["quickstart", "table2-iemocap", "table2-synthetic"].iter().all(|name| names.contains(&(*name).to_owned()))
        );
        assert!(!names.contains(&"table2".to_owned()));
    }
}
