//! What the runs in a folder say of themselves.

use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The runs in a folder; none where that is absent.
///
/// # Errors
/// If it cannot be read.
pub(super) fn runs(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    Ok(entries.flatten().map(|entry| entry.path()).filter(|path| path.join("spec.json").is_file()).collect())
}

/// A file of JSON.
///
/// # Errors
/// If it cannot be read.
pub(super) fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// The seconds of each part of a finished run, as the last of its events says.
///
/// # Errors
/// If there is none.
pub(super) fn spent(run: &Path) -> Result<BTreeMap<String, f64>> {
    let events = run.join("events.jsonl");
    let text = fs::read_to_string(&events).with_context(|| events.display().to_string())?;
    let last: Value = serde_json::from_str(text.lines().last().unwrap_or_default())?;
    Ok(serde_json::from_value(last["spent"].clone())?)
}
