//! `cargo xtask lint`: formatting, clippy and the documentation, each without a warning.

use crate::workspace::workspace;
use anyhow::{Context, anyhow};
use corrkd_config::Failure;
use std::{env, process::Command};

const STEPS: [&[&str]; 3] = [
    &["fmt", "--all", "--check"],
    &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    &["doc", "--workspace", "--no-deps"],
];

/// Runs the steps in order and stops at the first that finds something.
///
/// # Errors
/// Exit code 1, naming the step.
pub(crate) fn run() -> Result<(), Failure> {
    for step in STEPS {
        corrkd_system::err(format_args!("cargo {}", step.join(" ")));
        let status = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
            .args(step)
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(workspace())
            .status()
            .context("cannot start cargo")?;
        if !status.success() {
            return Err(anyhow!("`cargo {}` found something to mend", step.join(" ")).into());
        }
    }
    Ok(())
}
