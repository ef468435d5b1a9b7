//! Experiment files that extend others: what comes of laying each over the one that it names.

use crate::external::PREDICTIONS;
use crate::name::{brief, check, wrong};
use crate::{ConfigError, merge, on};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use toml::{Table, Value};

/// An experiment file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExperimentFile {
    /// The name or path that it was found by.
    pub name: String,
    /// What it says.
    pub text: String,
    /// The folder that the paths in it start from; none for a text that lies in no folder, in which paths stay as they are.
    pub folder: Option<PathBuf>,
    /// Of the data sets that it is for, the one that is meant.
    pub on: Option<String>,
}

/// The experiment files that there are.
pub trait ExperimentFiles {
    /// The file that one in the folder `from` names: by a path, which ends in `.toml` and starts from there, or by a name.
    ///
    /// # Errors
    /// [`ConfigError::Syntax`] for a file that cannot be read.
    fn find(&self, named: &str, from: Option<&Path>) -> Result<Option<ExperimentFile>, ConfigError>;

    /// The names that one in the folder `from` may name.
    fn names(&self, from: Option<&Path>) -> Vec<String>;
}

/// Texts by name, which lie in no folder. Of one that is for several data sets, each makes a name: `table1-mosi`.
impl ExperimentFiles for BTreeMap<String, String> {
    fn find(&self, named: &str, _: Option<&Path>) -> Result<Option<ExperimentFile>, ConfigError> {
        let file = |text: &String, on| ExperimentFile { name: named.to_owned(), text: text.clone(), folder: None, on };
        if let Some(text) = self.get(named) {
            return Ok(Some(file(text, None)));
        }
        let chosen = self.iter().find_map(|(name, text)| {
            let dataset = named.strip_prefix(name.as_str())?.strip_prefix('-')?.to_owned();
            datasets(&file(text, None), self).contains(&dataset).then(|| file(text, Some(dataset)))
        });
        Ok(chosen)
    }

    fn names(&self, _: Option<&Path>) -> Vec<String> {
        let names = self.iter().flat_map(|(name, text)| {
            let file = ExperimentFile { name: name.clone(), text: text.clone(), folder: None, on: None };
            match datasets(&file, self) {
                none if none.is_empty() => vec![name.clone()],
                some => some.iter().map(|dataset| format!("{name}-{dataset}")).collect(),
            }
        });
        names.collect()
    }
}

/// The data sets that a file is for, where it is for several.
#[must_use]
pub fn datasets(file: &ExperimentFile, others: &dyn ExperimentFiles) -> Vec<String> {
    let table = read(file, others, &mut Vec::new());
    table.map(|table| on::datasets(&table)).unwrap_or_default()
}

/// Whether a file has validation choose settings.
#[must_use]
pub fn searches(file: &ExperimentFile, others: &dyn ExperimentFiles) -> bool {
    read(file, others, &mut Vec::new()).is_ok_and(|table| table.contains_key("search"))
}

/// Whether an experiment names a file rather than something that the program carries.
#[must_use]
pub fn is_path(named: &str) -> bool {
    Path::new(named).extension().is_some_and(|ending| ending == "toml")
}

/// A path as it stands in a file of this folder, which is one without links: `../` at its start leaves the folder.
#[must_use]
pub fn starting_from(folder: &Path, path: &str) -> PathBuf {
    let mut start = folder.to_owned();
    let mut rest = Path::new(path).components().peekable();
    while let Some(Component::CurDir | Component::ParentDir) = rest.peek() {
        if rest.next() == Some(Component::ParentDir) {
            start.pop();
        }
    }
    start.join(rest.collect::<PathBuf>())
}

/// Files that extend one another, one behind the other.
const CHAIN: usize = 32;
/// The parser's reasons show the line that they are about, however long it is.
const REASON: usize = 1000;

/// The file's table over that of the file it extends, for one data set.
pub(crate) fn extended(file: &ExperimentFile, others: &dyn ExperimentFiles) -> Result<Table, ConfigError> {
    let table = read(file, others, &mut Vec::new())?;
    match on::datasets(&table) {
        none if none.is_empty() => Ok(table),
        several => {
            let reason = format!(
                "names several, {}, of which an experiment runs on one; name a carried one, also behind `extends`, with that one, \
                 as in `table1-mosi`, and write `dataset` in one of your own",
                several.join(", ")
            );
            Err(wrong("the experiment", "datasets", reason))
        }
    }
}

/// As [`extended`]; `chain` holds the files on the way here, by name and folder.
fn read(
    file: &ExperimentFile,
    others: &dyn ExperimentFiles,
    chain: &mut Vec<(String, Option<PathBuf>)>,
) -> Result<Table, ConfigError> {
    let whose = match chain.is_empty() {
        true => "the experiment".to_owned(),
        false => format!("`{}`, which is extended", file.name),
    };
    let mut table: Table = toml::from_str(&file.text)
        .map_err(|e| ConfigError::Syntax { whose: whose.clone(), reason: brief(&e.to_string(), REASON) })?;
    let folder = file.folder.as_deref();
    if let (Some(folder), Some(Value::String(dataset))) = (folder, table.get_mut("dataset"))
        && is_path(dataset)
    {
        *dataset = starting_from(folder, dataset).display().to_string();
    }
    if let (Some(folder), Some(Value::Array(variants))) = (folder, table.get_mut("variant")) {
        for variant in variants.iter_mut().filter_map(Value::as_table_mut) {
            if let Some(Value::String(file)) = variant.get_mut(PREDICTIONS) {
                *file = starting_from(folder, file).display().to_string();
            }
        }
    }
    let name = match table.remove("extends") {
        None => {
            file.on.iter().for_each(|dataset| on::choose(&mut table, dataset));
            return Ok(table);
        }
        Some(Value::String(name)) => name,
        Some(other) => {
            let reason = format!("expected a text, got {}", brief(&other.to_string(), 100));
            return Err(ConfigError::Value { whose, key: "extends".to_owned(), reason });
        }
    };
    check(&whose, "extends", &name)?;
    let Some(below) = others.find(&name, folder)? else {
        let tried = folder.filter(|_| is_path(&name)).map(|folder| starting_from(folder, &name).display().to_string());
        return Err(ConfigError::Extends { whose, name: tried.unwrap_or(name), known: others.names(folder) });
    };
    let place = (below.name.clone(), below.folder.clone());
    let again = chain.contains(&place);
    chain.push(place);
    if again {
        return Err(ConfigError::Circle { chain: chain.iter().map(|(name, _)| name.clone()).collect() });
    }
    if chain.len() > CHAIN {
        let remedy = "let it extend one that is nearer to the last";
        let (got, what) = (format!("more than {CHAIN}"), "files that extend one another");
        return Err(ConfigError::Many { whose: "the experiment".to_owned(), got, what, most: CHAIN, remedy });
    }
    let mut under = read(&below, others, chain)?;
    merge::merge(&mut under, &table);
    file.on.iter().for_each(|dataset| on::choose(&mut under, dataset));
    Ok(under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_from_the_files_folder() {
        let from = |path| starting_from(Path::new("/a/b"), path).display().to_string();
        let paths = ["x.toml", "./x.toml", "../x/r.toml", "../../r.toml", "x/../r.toml", "/r.toml"].map(from);
        assert_eq!(paths, ["/a/b/x.toml", "/a/b/x.toml", "/a/x/r.toml", "/r.toml", "/a/b/x/../r.toml", "/r.toml"]);
    }

    /// Files by their paths.
    struct Disk(BTreeMap<&'static str, &'static str>);

    impl ExperimentFiles for Disk {
        fn find(&self, named: &str, from: Option<&Path>) -> Result<Option<ExperimentFile>, ConfigError> {
            let path = starting_from(from.unwrap_or(Path::new("/")), named);
            let name = path.display().to_string();
            let folder = path.parent().map(Path::to_owned);
            Ok(self.0.get(&*name).map(|text| ExperimentFile { name, text: (*text).to_owned(), folder, on: None }))
        }

        fn names(&self, _: Option<&Path>) -> Vec<String> {
            Vec::new()
        }
    }

    #[test]
    fn a_path_is_relative_to_the_file_that_says_it() {
        let disk = Disk(BTreeMap::from([
            ("/a/b/top.toml", "extends = \"../base.toml\"\ntitle = \"t\"\n"),
            ("/a/base.toml", "extends = \"c/other.toml\"\ndataset = \"data/recipe.toml\"\n"),
            ("/a/c/other.toml", "seeds = [1]\ndataset = \"mosi\"\n"),
            ("/a/circle.toml", "extends = \"./circle.toml\"\n"),
            ("/a/lost.toml", "extends = \"../no.toml\"\n"),
        ]));
        let read = |path: &str| extended(&disk.find(path, None).unwrap().unwrap(), &disk);
        let expected: Table = toml::from_str("title = \"t\"\nseeds = [1]\ndataset = \"/a/data/recipe.toml\"").unwrap();
        assert_eq!(read("a/b/top.toml").unwrap(), expected);
        assert!(read("a/circle.toml").unwrap_err().to_string().contains("a circle"));
        let lost = read("a/lost.toml").unwrap_err().to_string();
        assert!(lost.starts_with("the experiment: at `extends`: no `/no.toml`"), "{lost}");
    }
}
