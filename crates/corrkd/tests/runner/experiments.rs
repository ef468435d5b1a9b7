//! Where experiments come from: the program carries those of `experiments/`, and the user's own are files.

use assert_cmd::Command;
use predicates::{prelude::*, str::contains};
use std::{fs, path::Path};

/// The plan of what is asked for, printed in a folder.
fn plan(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("corrkd").unwrap();
    command.current_dir(folder).args(arguments).arg("--dry-run").assert()
}

#[test]
fn carried_experiments_are_there_in_any_folder() {
    let folder = tempfile::tempdir().unwrap();
    plan(folder.path(), &["ablate"]).code(0).stdout(contains("Quick start").and(contains("without-rcd")));
    plan(folder.path(), &["ablate", "table3-mosi"]).code(0).stdout(contains("dataset mosi, reference row full"));
    let reproduced = plan(folder.path(), &["reproduce", "table1", "--dataset", "mosi"]).code(0);
    reproduced.stdout(contains("CubeMLP").and(contains("CorrKD")));
}

#[test]
fn a_file_extends_carried_experiments_and_rather_those_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mine")).unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join("mine").join(name), text).unwrap();
    put("short.toml", "extends = \"quickstart\"\nteacher.epochs = 3\n");
    let short = || plan(folder.path(), &["ablate", "mine/short.toml", "--seeds", "1"]).code(0);
    short().stdout(contains("Quick start").and(contains("without-rcd")));
    put("quickstart.toml", "extends = \"table3-mosi\"\ntitle = \"Ours\"\n");
    short().stdout(contains("Ours\ndataset mosi,").and(contains("Quick start").not()));
    // The file's own folder is that of a bare file name, too.
    let within = plan(&folder.path().join("mine"), &["ablate", "short.toml"]).code(0);
    within.stdout(contains("Ours\n"));
    // What the program carries does not change with the folder.
    plan(&folder.path().join("mine"), &["ablate", "quickstart"]).code(0).stdout(contains("Quick start"));
}
