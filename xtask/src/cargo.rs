//! Cargo builds a program of the workspace.

use crate::workspace::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Builds a package's program, with a feature where one is given, and returns where cargo put it.
///
/// # Errors
/// If cargo fails.
pub(crate) fn build(package: &str, program: &str, feature: Option<&str>) -> Result<PathBuf> {
    let with = feature.map(|feature| format!(" with the feature `{feature}`")).unwrap_or_default();
    eprintln!("building {program}{with}");
    let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["build", "--package", package, "--bin", program, "--message-format", "json-render-diagnostics"])
        .args(feature.iter().flat_map(|feature| ["--features", feature]))
        .current_dir(workspace())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("`cargo build --package {package} --bin {program}` failed ({})", output.status);
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executables.next().with_context(|| format!("cargo built no program `{program}`"))
}
