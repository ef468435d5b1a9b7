//! The licences of all that is compiled into the program.

use crate::workspace::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// How the names of such files start.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];

/// A page of them, of a target: each package with its licence, and each text once, with the packages that bring it.
///
/// # Errors
/// If cargo fails, or a package says nothing of its licence.
pub(super) fn licences(target: &str) -> Result<String> {
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target])
        .current_dir(workspace())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    page(&metadata)
}

fn page(metadata: &Value) -> Result<String> {
    let compiled = compiled(metadata);
    let mut page = "# Licences of what is compiled into corrkd\n\n".to_owned();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        // Those of the workspace have no source.
        if package["source"].is_null() || !compiled.contains(text(&package["id"])) {
            continue;
        }
        let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
        let folder = Path::new(text(&package["manifest_path"])).parent().unwrap_or(Path::new("."));
        let found = files(folder)?;
        let licence = match &package["license"] {
            Value::String(licence) => licence,
            _ if found.is_empty() => bail!("{name} says nothing of its licence"),
            _ => "see its text",
        };
        let _ = writeln!(page, "- {name}: {licence}");
        for text in found {
            texts.entry(text).or_default().push(name.clone());
        }
    }
    for (text, packages) in texts {
        let _ = write!(page, "\n## {}\n\n```text\n{}\n```\n", packages.join(", "), text.trim_end());
    }
    Ok(page)
}

/// The packages that the program is built of, by id; not those that only tests or builds use.
fn compiled(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|node| (text(&node["id"]), node)).collect();
    let program = list(&metadata["packages"]).find(|package| package["name"] == "corrkd");
    let mut found = BTreeSet::new();
    let mut rest: Vec<&str> = program.map(|program| text(&program["id"])).into_iter().collect();
    while let Some(id) = rest.pop() {
        if !found.insert(id) {
            continue;
        }
        let needs = nodes.get(id).map(|node| list(&node["deps"])).into_iter().flatten();
        let shipped = |need: &&Value| list(&need["dep_kinds"]).any(|kind| kind["kind"].is_null());
        rest.extend(needs.filter(shipped).map(|need| text(&need["pkg"])));
    }
    found
}

/// The texts in a package's folder.
fn files(folder: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if path.is_file() && NAMES.iter().any(|start| name.starts_with(start)) {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
