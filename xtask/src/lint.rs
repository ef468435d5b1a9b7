//! `cargo xtask lint`: formatting, clippy and the documentation, each without a warning; other people's code and words, where what
//! looks at them is installed.

use crate::workspace::workspace;
use anyhow::{Context, anyhow};
use corrkd_config::Failure;
use std::{env, process::Command};

const STEPS: [&[&str]; 3] = [
    &["fmt", "--all", "--check"],
    &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"],
    &["doc", "--locked", "--workspace", "--no-deps"],
];

/// Programs that a toolchain does not bring: how each is asked, and how it is got. Advisories are for the workflow alone: they
/// are asked of the network, and what they say changes by the day.
const TOOLS: [(&str, &[&str], &str); 2] = [
    ("cargo-deny", &["--locked", "check", "bans", "licenses", "sources"], "cargo install --locked cargo-deny"),
    ("typos", &[], "pipx install typos"),
];

/// Runs the steps in order and stops at the first that finds something.
///
/// # Errors
/// Exit code 1, naming the step.
pub(crate) fn run() -> Result<(), Failure> {
    let cargo = env::var_os("CARGO").unwrap_or("cargo".into());
    for step in STEPS {
        look("cargo", Command::new(&cargo).args(step).env("RUSTDOCFLAGS", "-D warnings"), step)?;
    }
    for (tool, words, install) in TOOLS {
        match Command::new(tool).arg("--version").output() {
            Ok(_) => look(tool, Command::new(tool).args(words), words)?,
            Err(_) => corrkd_system::err(format_args!("skipped: {tool} is not installed; `{install}`")),
        }
    }
    Ok(())
}

/// Has a program look at the checkout.
fn look(name: &str, command: &mut Command, words: &[&str]) -> Result<(), Failure> {
    let said = [&[name], words].concat().join(" ");
    corrkd_system::err(&said);
    let status = command.current_dir(workspace()).status().with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        return Err(anyhow!("`{said}` found something to mend").into());
    }
    Ok(())
}
