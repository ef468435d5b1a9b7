//! How `cargo xtask ablate` and `reproduce` hand over to the program: what they understand themselves, and that all else
//! reaches it.

use assert_cmd::Command;
use predicates::{prelude::*, str::contains};

fn xtask() -> Command {
    let mut command = Command::cargo_bin("xtask").unwrap();
    // The harness's own switch (.ci/run), for which cargo would build everything anew.
    command.env_remove("RUSTC_BOOTSTRAP");
    command
}

#[test]
fn devices_are_read_before_anything_is_built() {
    for (device, said) in
        [("gpu", "expected cpu, cuda, cuda:INDEX or metal"), ("cuda:one", "`cuda:one`"), ("cpu:1", "cpu")]
    {
        let refused = || contains(said).and(contains("building").not());
        xtask().args(["ablate", "quickstart", "--device", device]).assert().code(2).stdout("").stderr(refused());
        xtask().args(["reproduce", &format!("--device={device}")]).assert().code(2).stdout("").stderr(refused());
    }
}

/// No nvcc in an empty PATH: it says what it looked for and builds nothing.
#[test]
fn a_device_that_cannot_be_built_for_is_the_users_affair() {
    for command in ["ablate", "reproduce"] {
        let refused = xtask().args([command, "--device", "cuda"]).env("PATH", "").assert().code(2);
        refused.stderr(contains("looked for `nvcc` in PATH").and(contains("building").not()));
    }
}

#[test]
fn what_is_built_is_handed_over_to() {
    let said = contains("building corrkd");
    let planned = xtask().args(["ablate", "quickstart", "--dry-run", "--device=cpu"]).assert().code(0).stderr(said);
    planned.stdout(contains("reference row full"));
}

#[test]
fn a_missing_program_is_named() {
    for option in [["--program", "/no/such/corrkd"].as_slice(), &["--program=/no/such/corrkd"]] {
        xtask().arg("ablate").args(option).assert().code(2).stderr(contains("`/no/such/corrkd`"));
    }
}

/// A script that plays `corrkd`: it says what it was told and where, and ends with a code of its own.
#[cfg(unix)]
mod given {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt as _};

    const SCRIPT: &str = "#!/bin/sh\npwd -P\nfor argument; do echo \"<$argument>\"; done\nexit 100\n";

    #[test]
    fn is_told_everything_and_ends_the_command() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        fs::write(&program, SCRIPT).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let home = folder.path().canonicalize().unwrap().display().to_string();
        let joined = format!("--program={}", program.display());
        // What follows the command, and what of it arrives.
        let cases: [(&[&str], &str); 5] = [
            (&["ablate", "--program", "program"], ""),
            (
                &["ablate", "mine.toml", "--runs", "a b", "--program", "program", "--plain"],
                "<mine.toml><--runs><a b><--plain>",
            ),
            (&["ablate", "--device=cuda:3", &joined, "--jobs", "2"], "<--device=cuda:3><--jobs><2>"),
            (
                &["reproduce", "all", "--dataset", "mosi", &joined, "--device", "gpu"],
                "<all><--dataset><mosi><--device><gpu>",
            ),
            (&["ablate", "--help", "--program", "program"], "<--help>"),
        ];
        for (arguments, arrive) in cases {
            let said = format!("{home}<{}>{arrive}", arguments[0]);
            let assert = xtask().current_dir(folder.path()).args(arguments).assert().code(100);
            let heard = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
            assert_eq!(heard.replace('\n', ""), said);
        }
    }
}
