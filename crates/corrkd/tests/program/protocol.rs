//! `corrkd protocol export`: the program around the export; what the files hold is tested where they are written.

use crate::world::{corrkd, python_with};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process;

/// An experiment small enough for tests, beside another program's row.
pub(crate) const EXPERIMENT: &str = r#"
title = "Small"
dataset = "synthetic"
size = "small"
seeds = [1]
reference = "full"
network.layers = 1
teacher.epochs = 1
student.epochs = 2
evaluation = { ratios = [0.0, 0.5], conditions = ["lav@noise-a:0.5"] }
[[variant]]
name = "full"
"#;

/// The page that says what the files mean.
const PAGE: &str = include_str!("../../python/README.md");

/// The first block of Python on the page.
fn example() -> String {
    let (_, rest) = PAGE.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn export(folder: &Path, out: &str) -> assert_cmd::Command {
    fs::write(folder.join("small.toml"), EXPERIMENT).unwrap();
    let mut command = corrkd();
    command.current_dir(folder).args(["protocol", "export", "small.toml", "--out", out]);
    command
}

#[test]
fn numpy_reads_what_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let done = export(folder.path(), "protocol").args(["--seeds", "1,2"]).assert().code(0);
    done.stderr(contains("small: about ")).stdout(contains("protocol/seed2/law1.npz"));
    let lines = example();
    assert!(lines.lines().count() <= 10, "the page promises ten lines");
    let Some(python) = python_with("numpy") else {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(b"skipped: no Python with NumPy; CORRKD_PYTHON=PATH\n");
        return;
    };
    let said = process::Command::new(python).current_dir(folder.path()).args(["-c", &lines]).output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    // A line for each condition: half of the frames under the second last, none missing by a mechanism under the last.
    let share = |condition: &str| -> f64 {
        let line =
            text.lines().find(|line| line.starts_with(&format!("{condition} "))).unwrap_or_else(|| panic!("{text}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!((share("a"), share("lav")), (0.0, 1.0));
    assert!((share("lav@0.5") - 0.5).abs() < 0.05, "{text}");
}

#[test]
fn what_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let features = ["--epochs", "60000", "--features"];
    let large = contains("GB, expected at most 16; take fewer seeds");
    let command = |arguments: &[&str]| {
        let mut command = export(folder.path(), "protocol");
        command.args(arguments).args(["--cache", "cache"]);
        command
    };
    let seeds = (1..=40).map(|seed| seed.to_string()).collect::<Vec<_>>().join(",");
    command(&features).args(["--seeds", &seeds]).assert().code(2).stderr(large.and(contains("about").not()));
    command(&["--epochs", "0"]).assert().code(2).stderr(contains("0 is not in 1.."));
    command(&["--only", "nobody"]).assert().code(2).stderr(contains("--only"));
    command(&["--seeds", "1,1"]).assert().code(2).stderr(contains("--seeds names 1 twice"));
    corrkd()
        .args(["protocol", "export", "nowhere", "--out", "x"])
        .assert()
        .code(2)
        .stderr(contains("no experiment file"));
    fs::create_dir_all(folder.path().join("protocol/mine")).unwrap();
    command(&[]).assert().code(2).stderr(contains("there is something in it"));
    // Of a row whose answers are another program's nothing says how long it trains.
    let head = EXPERIMENT.lines().filter(|line| !line.contains(".epochs") && !line.contains("network"));
    let own = head.chain(["predictions = \"mine.csv\""]).collect::<Vec<_>>().join("\n");
    fs::write(folder.path().join("own.toml"), own).unwrap();
    let external = |arguments: &[&str]| {
        let mut command = corrkd();
        command.current_dir(folder.path()).args(["protocol", "export", "own.toml", "--out", "own", "--cache", "cache"]);
        command.args(arguments).assert()
    };
    external(&[]).code(2).stderr(contains("say --epochs N"));
    external(&["--epochs", "2"]).code(0).stdout(contains("own/seed1/law1.npz"));
}
