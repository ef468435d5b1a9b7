//! A digest of the code that decides a method's results: what all methods share, and the method's own folder. Neither
//! another method, nor a metric, nor a table is part of it. Used by the build script, and by a test of it.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// What all methods share: the crates between the data and the weights; of the scores those by which an epoch can be chosen.
const SHARED: [&str; 16] = [
    "Cargo.lock",
    "crates/corrkd-random/src",
    "crates/corrkd-config/src",
    "crates/corrkd-csd/src",
    "crates/corrkd-kernels/src",
    "crates/corrkd-nn/src",
    "crates/corrkd-data/src",
    "crates/corrkd-losses/src",
    "crates/corrkd-train/src",
    "crates/corrkd-methods/src/head.rs",
    "crates/corrkd-methods/src/one_network.rs",
    "crates/corrkd-methods/src/train_missing.rs",
    "crates/corrkd-metrics/src/accuracy.rs",
    "crates/corrkd-metrics/src/f1.rs",
    "crates/corrkd-metrics/src/sign.rs",
    "crates/corrkd-record/src/answer.rs",
];

/// Where the methods' folders are.
pub(crate) const METHODS: &str = "crates/corrkd-methods/src";

/// The digest for the method in the folder `method`, 16 hexadecimal digits.
pub(crate) fn code_digest(workspace: &Path, method: &str) -> io::Result<String> {
    let mut digest = blake3::Hasher::new();
    for shared in SHARED {
        add(&workspace.join(shared), &mut digest)?;
    }
    add(&workspace.join(METHODS).join(method), &mut digest)?;
    Ok(digest.finalize().to_hex()[..16].to_owned())
}

/// The methods' folders, in name order.
pub(crate) fn folders(workspace: &Path) -> io::Result<Vec<String>> {
    let folders = entries(&workspace.join(METHODS))?.into_iter().filter(|path| path.is_dir());
    Ok(folders.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect())
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut inside = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    inside.sort();
    Ok(inside)
}

/// Adds a file, or a folder's Rust files in name order, by name and content; tests decide no result.
fn add(path: &Path, digest: &mut blake3::Hasher) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default();
    if path.is_dir() {
        return match name == "tests" {
            true => Ok(()),
            false => entries(path)?.iter().try_for_each(|path| add(path, digest)),
        };
    }
    let decides = name == "Cargo.lock" || (path.extension().is_some_and(|e| e == "rs") && name != "tests.rs");
    if decides {
        let content = fs::read(path)?;
        digest.update(name.as_encoded_bytes());
        digest.update(&(content.len() as u64).to_le_bytes());
        digest.update(&content);
    }
    Ok(())
}
