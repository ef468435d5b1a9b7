//! Cargo builds a program of the workspace.

use crate::workspace::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Builds a package's program, of the package's name, with a feature where one is given: where cargo put it.
///
/// # Errors
/// If cargo fails.
pub(crate) fn build(package: &str, feature: Option<&str>) -> Result<PathBuf> {
    let with = feature.map(|feature| format!(" with the feature `{feature}`")).unwrap_or_default();
    corrkd_system::err(format_args!("building {package}{with}"));
    let features = feature.into_iter().flat_map(|feature| ["--features", feature]);
    place(&compile(["--package", package, "--bin", package].into_iter().chain(features))?, package)
}

/// Builds a package's program, of the package's name, for others: for a target, without symbols.
///
/// # Errors
/// If cargo fails.
pub(crate) fn build_for(target: &str, package: &str) -> Result<PathBuf> {
    corrkd_system::err(format_args!("building {package} for {target}"));
    let words = ["--profile", "dist", "--target", target, "--package", package, "--bin", package];
    place(&compile(words.into_iter())?, package)
}

/// Builds the programs of two packages, each of its package's name. At once, since alone a package has other features of what
/// both need, which would be compiled twice.
///
/// # Errors
/// If cargo fails.
pub(crate) fn build_both(packages: [&str; 2]) -> Result<[PathBuf; 2]> {
    corrkd_system::err(format_args!("building {}", packages.join(" and ")));
    let built = compile(packages.into_iter().flat_map(|package| ["--package", package, "--bin", package]))?;
    Ok([place(&built, packages[0])?, place(&built, packages[1])?])
}

/// Has cargo build what the words say: the programs that it made.
fn compile<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<PathBuf>> {
    let words: Vec<&str> = words.collect();
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        // The lock file is up to date: `cargo xtask` itself was built by it.
        .args(["build", "--locked", "--message-format", "json-render-diagnostics"])
        .args(&words)
        .current_dir(workspace())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("`cargo build --locked {}` failed ({})", words.join(" "), output.status);
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let program = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    };
    Ok(messages.lines().filter_map(program).collect())
}

/// Where a program lies among those that cargo made.
fn place(built: &[PathBuf], program: &str) -> Result<PathBuf> {
    let found = built.iter().find(|path| path.file_stem().is_some_and(|stem| stem == program));
    found.cloned().with_context(|| format!("cargo built no program `{program}`"))
}
