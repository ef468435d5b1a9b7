//! The files of a folder by what their names say.

use corrkd_config::Modality;
use corrkd_data::Fold;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::ImportError;
use crate::field::{self, Field};
use crate::layout::refused::unknown;

/// Endings of tables.
const TABLES: [&str; 3] = ["csv", "tsv", "txt"];
/// Folders within a modality's folder that are looked into.
const DEPTH: usize = 4;
/// Files of a folder that a message shows.
const SHOWN: usize = 12;

/// What the folder itself holds.
pub(super) struct Root {
    /// Tables of labels: name, path, and the fold where each has its own.
    pub(super) tables: Vec<(String, PathBuf, Option<Fold>)>,
    pub(super) folders: Vec<(Modality, Folder)>,
    /// Some names of files that are of single samples, as it seems.
    pub(super) loose: Vec<String>,
    /// `train` where there are `train.npy` and `train.lengths`: all samples' frames in one array, as fairseq has them.
    pub(super) joined: Option<String>,
}

/// The files of a modality.
pub(super) struct Folder {
    name: String,
    /// By sample.
    files: BTreeMap<String, PathBuf>,
    /// A file in it that is of no kind that is read.
    other: Option<String>,
}

impl Root {
    /// Looks through a folder.
    pub(super) fn of(path: &Path) -> Result<Self, ImportError> {
        let mut root = Self { tables: Vec::new(), folders: Vec::new(), loose: Vec::new(), joined: None };
        let mut per_fold = Vec::new();
        for (name, entry) in entries(path)? {
            let lower = name.to_lowercase();
            if entry.is_dir() {
                if let Some(Field::Features(modality)) = field::field(&lower) {
                    if let Some((_, other)) = root.folders.iter().find(|(other, _)| *other == modality) {
                        let why =
                            format!("two folders of {modality}, `{}` and `{name}`: take one of them out", other.name);
                        return Err(unknown(path, why, name));
                    }
                    let mut folder = Folder { name, files: BTreeMap::new(), other: None };
                    folder.collect(&entry, "", DEPTH)?;
                    root.folders.push((modality, folder));
                }
                continue;
            }
            let Some((stem, ending)) = lower.rsplit_once('.') else { continue };
            let table = TABLES.contains(&ending);
            let fold = field::fold(stem).or_else(|| match field::joined(stem) {
                Some((fold, Field::Labels)) => Some(fold),
                _ => None,
            });
            match (table, fold, field::field(stem)) {
                (true, Some(fold), _) => per_fold.push((name, entry, Some(fold))),
                (true, None, Some(Field::Labels)) => root.tables.push((name, entry, None)),
                (true, ..) => root.loose.push(name),
                _ if ending == "npy" => {
                    let stem = name[..stem.len()].to_owned();
                    if path.join(format!("{stem}.lengths")).is_file() {
                        root.joined = Some(stem);
                    }
                    root.loose.push(name);
                }
                _ => {}
            }
        }
        root.loose.truncate(SHOWN);
        // A table of all folds is asked first: others may hold something else.
        if root.tables.is_empty() && !per_fold.is_empty() {
            root.tables = per_fold;
            root.tables.sort_by_key(|(.., fold)| *fold);
            // A fold may be absent, but not under a name that is not known.
            if let (Some(other), true) = (root.loose.first(), root.tables.len() < Fold::ALL.len()) {
                let names: Vec<&str> = root.tables.iter().map(|(name, ..)| &name[..]).collect();
                let why = format!("tables {} of folds, and `{other}`, which is of none", names.join(", "));
                return Err(unknown(path, why, root.loose.join("\n")));
            }
        }
        Ok(root)
    }
}

impl Folder {
    /// Takes the file of a sample out, under the first of these names that there is.
    pub(super) fn take(&mut self, names: &[String]) -> Option<PathBuf> {
        names.iter().find_map(|name| self.files.remove(name))
    }

    /// The samples of which it has files.
    pub(super) fn samples(&self) -> impl Iterator<Item = String> {
        self.files.keys().cloned()
    }

    /// What it holds in place of the files that were asked for, for a message.
    pub(super) fn instead(&self) -> String {
        match (self.files.keys().next(), &self.other) {
            (Some(name), _) => format!("none of them, but `{name}` and so on"),
            (None, Some(name)) => {
                format!(
                    "`{name}` and so on, which are neither .npy nor tables (.csv, .tsv, .txt); numpy.save(\"ID.npy\", array) \
                     writes one that is read"
                )
            }
            (None, None) => "an empty folder".to_owned(),
        }
    }

    /// What is left in it that is of no sample, if anything is.
    pub(super) fn left(&self) -> Option<String> {
        let (count, name) = (self.files.len(), self.files.keys().next()?);
        Some(format!("; {count} files without labels left out, such as `{name}`"))
    }

    /// What is in it, for a message.
    pub(super) fn line(&self, modality: Modality) -> String {
        format!("{}: {} files of {modality}", self.name, self.files.len())
    }

    /// Adds the files in a folder and in those within by sample: the path without its ending.
    fn collect(&mut self, path: &Path, before: &str, depth: usize) -> Result<(), ImportError> {
        for (name, entry) in entries(path)? {
            if entry.is_dir() {
                if depth > 0 {
                    self.collect(&entry, &format!("{before}{name}/"), depth - 1)?;
                }
                continue;
            }
            let Some(stem) = stem(&name) else {
                self.other.get_or_insert(format!("{before}{name}"));
                continue;
            };
            if let Some(other) = self.files.insert(format!("{before}{stem}"), entry.clone()) {
                let field = format!("{before}{stem}");
                let (expected, got) = ("one file of each sample".to_owned(), format!("{} and {name}", other.display()));
                return Err(ImportError::Field { path: entry, field, expected, got });
            }
        }
        Ok(())
    }
}

/// The name of a file without its ending, if that is one of arrays or tables.
pub(super) fn stem(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let ending = ending.to_lowercase();
    (ending == "npy" || TABLES.contains(&&ending[..])).then_some(stem)
}

/// The entries of a folder by name, hidden ones left out.
fn entries(path: &Path) -> Result<BTreeMap<String, PathBuf>, ImportError> {
    let io = |cause| ImportError::Io { path: path.to_owned(), cause };
    let mut entries = BTreeMap::new();
    for entry in std::fs::read_dir(path).map_err(io)? {
        let entry = entry.map_err(io)?;
        match entry.file_name().into_string() {
            Ok(name) if name.starts_with('.') => {}
            Ok(name) => drop(entries.insert(name, entry.path())),
            Err(name) => {
                let (field, expected) = ("a name".to_owned(), "a name in UTF-8".to_owned());
                let got = format!("{name:?}");
                return Err(ImportError::Field { path: path.to_owned(), field, expected, got });
            }
        }
    }
    Ok(entries)
}
