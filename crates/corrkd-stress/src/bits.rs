//! What decides whether two folders hold the same: which files there are, their bytes, and of a sweep its weights,
//! predictions, scores and tables.

use anyhow::{Context, Result, ensure};
use corrkd_record::{Runs, Sweep};
use safetensors::SafeTensors;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What there is by name, each with its hash.
pub(crate) type Bits = BTreeMap<String, String>;

/// Remembers what was hashed, and so may be there or not, by the age of the files.
const MEMORY: &str = "hashes.json";

/// The paths of all files and folders in a folder.
pub(crate) fn listing(folder: &Path) -> Result<BTreeSet<String>> {
    let mut paths = BTreeSet::new();
    walk(folder, folder, &mut |path, _| {
        paths.insert(path.to_owned());
        Ok(())
    })?;
    Ok(paths)
}

/// The hashes of all files in a folder.
pub(crate) fn files(folder: &Path) -> Result<Bits> {
    let mut bits = Bits::new();
    walk(folder, folder, &mut |name, path| {
        if path.is_file() {
            bits.insert(name.to_owned(), hash(path)?);
        }
        Ok(())
    })?;
    Ok(bits)
}

/// What was measured in a report: the tables that hold no time.
pub(crate) fn tables(report: &Path) -> Result<Bits> {
    let mut tables = files(report)?;
    tables.retain(|name, _| name.ends_with(".csv"));
    Ok(tables)
}

/// All runs of a sweep and its tables. Every run is finished and proved.
pub(crate) fn sweep(runs: &Path, name: &str) -> Result<Bits> {
    let report = runs.join("reports").join(name);
    let mut bits = tables(&report)?;
    let runs = Runs::open(runs)?;
    for run in Sweep::read(&report)?.runs {
        let what = format!("{} of seed {}", run.row.as_deref().unwrap_or(&run.stage), run.seed);
        ensure!(run.failure.is_none(), "{what} failed: {}", run.failure.unwrap_or_default());
        let folder = runs.run(&run.id);
        let result = folder.proved()?.with_context(|| format!("{what} has no result"))?;
        let trained = result.training.map(|training| (training.best_epoch, training.validation));
        let scores = serde_json::to_string(&(&result.test, trained))?;
        bits.insert(format!("{what}: weights"), weights(&folder.best_path())?);
        bits.insert(format!("{what}: predictions"), result.predictions);
        bits.insert(format!("{what}: representations"), result.representations.unwrap_or_default());
        bits.insert(format!("{what}: scores"), scores);
    }
    Ok(bits)
}

/// Both must be the same.
pub(crate) fn same(expected: &Bits, got: &Bits) -> Result<()> {
    for name in expected.keys().chain(got.keys()) {
        ensure!(expected.get(name) == got.get(name), "{name} {}", otherwise(expected.get(name), got.get(name)));
    }
    Ok(())
}

fn otherwise(expected: Option<&String>, got: Option<&String>) -> &'static str {
    match (expected, got) {
        (Some(_), None) => "is lost",
        (None, Some(_)) => "is there and should not be",
        _ => "is not the same as when nothing disturbs it",
    }
}

/// The values of all tensors with their names and shapes, whatever else the file tells.
fn weights(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let file = SafeTensors::deserialize(&bytes).with_context(|| path.display().to_string())?;
    let tensors: BTreeMap<_, _> = file.iter().collect();
    let mut hasher = blake3::Hasher::new();
    for (name, tensor) in tensors {
        hasher.update(format!("{name} {:?} {:?}", tensor.dtype(), tensor.shape()).as_bytes()).update(tensor.data());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn hash(path: &Path) -> Result<String> {
    Ok(blake3::hash(&fs::read(path).with_context(|| path.display().to_string())?).to_hex().to_string())
}

fn walk(root: &Path, folder: &Path, see: &mut dyn FnMut(&str, &Path) -> Result<()>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
        if !name.ends_with(MEMORY) {
            see(&name, &path)?;
        }
        if path.is_dir() {
            walk(root, &path, see)?;
        }
    }
    Ok(())
}
