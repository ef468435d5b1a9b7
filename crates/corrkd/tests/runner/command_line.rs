//! What the command line and the experiment file may say, and the exit code where they may not.

use assert_cmd::Command;
use predicates::{
    prelude::*,
    str::{contains, is_match},
};
use std::{fs, path::PathBuf};

fn corrkd() -> Command {
    Command::cargo_bin("corrkd").unwrap()
}

fn experiment(folder: &tempfile::TempDir, change: impl FnOnce(String) -> String) -> PathBuf {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/quickstart.toml")).unwrap();
    let path = folder.path().join("mine.toml");
    fs::write(&path, change(text)).unwrap();
    path
}

#[test]
fn an_unknown_key_is_named_with_the_file_and_the_allowed_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = experiment(&folder, |text| text.replace("layers = 2", "layer = 2"));
    corrkd()
        .args(["ablate", "--dry-run"])
        .arg(path)
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("mine.toml").and(contains("unknown field `layer`")).and(contains("`layers`")));

    let path = experiment(&folder, |text| format!("margin = 1.0\n{text}"));
    corrkd()
        .args(["ablate", "--dry-run"])
        .arg(path)
        .assert()
        .code(2)
        .stderr(contains("`margin`: unknown key, expected one of extends, title, dataset,").and(contains("losses")));
}

#[test]
fn the_dry_run_prints_every_run_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = experiment(&folder, |text| text);
    let runs = folder.path().join("runs");
    let output = corrkd().args(["ablate", "--dry-run", "--seeds", "7,9"]).arg(path).arg("--runs").arg(&runs).assert();
    let output = String::from_utf8(output.code(0).get_output().stdout.clone()).unwrap();
    let lines: Vec<Vec<&str>> = output.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    let mut expected = Vec::new();
    for seed in ["7", "9"] {
        expected.push(vec!["teacher", "-", seed]);
        expected.extend(["full", "without-scd", "without-cpd", "without-rcd"].map(|row| vec!["student", row, seed]));
    }
    let runs_said: Vec<_> = lines.into_iter().filter(|l| matches!(l[..], ["teacher" | "student", ..])).collect();
    assert_eq!(runs_said, expected);
    assert!(output.ends_with("\n10 runs: teacher 2, student 8 (4 rows, 2 seeds)\n"), "{output}");
    assert!(output.lines().all(|line| line.chars().count() <= 80), "{output}");
    assert!(!runs.exists());
}

#[test]
fn only_keeps_the_reference_and_knows_the_rows() {
    let output = corrkd().args(["ablate", "quickstart", "--dry-run", "--only", "without-cpd"]).assert().code(0);
    output.stdout(contains("without-cpd").and(contains("full")).and(contains("without-scd").not()));
    corrkd()
        .args(["ablate", "quickstart", "--dry-run", "--only", "without-cpd,no-such-row"])
        .assert()
        .code(2)
        .stderr(contains("no-such-row").and(contains("full, without-scd, without-cpd, without-rcd")));
}

#[test]
fn an_experiment_that_is_not_there_is_named_with_those_that_are() {
    corrkd()
        .args(["ablate", "no-such-experiment", "--dry-run"])
        .assert()
        .code(2)
        .stderr(contains("no-such-experiment").and(contains("quickstart")));
}

#[test]
fn seeds_may_come_from_the_command_line_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = experiment(&folder, |text| text.replace("seeds = [1, 2]\n", ""));
    let plan = |options: &[&str]| corrkd().args(["ablate", "--dry-run"]).arg(&path).args(options).assert();
    plan(&["--seeds", "4"]).code(0).stdout(contains("\n5 runs: teacher 1, student 4 (4 rows, 1 seeds)\n"));
    let both = contains("`seeds = [1, 2, 3]`").and(contains("--seeds 1,2,3"));
    plan(&[]).code(2).stdout("").stderr(contains("mine.toml").and(both));
}

#[test]
fn a_task_for_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = experiment(&folder, |text| {
        text.replace("losses.cpd.weight = 0.0", "losses.cpd.weight = 0.0\ntask = \"ternary\"")
    });
    let plan = |options: &[&str]| corrkd().args(["ablate", "--dry-run"]).arg(&path).args(options).assert();
    // A row of another task has another teacher; a task for all is one for it, too.
    plan(&[]).code(0).stdout(contains("\n12 runs: teacher 4, student 8 (4 rows, 2 seeds)\n"));
    plan(&["--task", "seven"]).code(0).stdout(contains("\n10 runs: teacher 2, student 8 (4 rows, 2 seeds)\n"));
    plan(&["--task", "sad"]).code(2).stderr(contains("expected binary, ternary, five, seven, emotion or regression"));
    let path = experiment(&folder, |text| {
        format!("{text}\n[sweep]\ntask = [\"binary\", \"seven\"]\n")
            .replace("reference = \"full\"", "reference = \"full task=\\\"binary\\\"\"")
    });
    let said = contains("the sweep: at `task`: another task, seven, was asked for");
    corrkd().args(["ablate", "--dry-run", "--task", "seven"]).arg(path).assert().code(2).stderr(said);
}

#[test]
fn a_seed_counts_once() {
    let seeds = |text: &str| corrkd().args(["ablate", "quickstart", "--dry-run", "--seeds", text]).assert();
    seeds("7,1-3").code(0).stdout(contains("4 seeds"));
    for (text, said) in [
        ("3,3", "twice"),
        ("1-3,2", "twice"),
        ("3-1", "1 lies before 3"),
        ("1..3", "as in 1,2,3 or 1-20"),
        ("1-", "as in 1,2,3 or 1-20"),
        ("0-18446744073709551615", "more than 1000000 seeds"),
    ] {
        seeds(text).code(2).stderr(contains(said));
    }
}

#[test]
fn devices_are_read_before_anything_is_done() {
    for (device, said) in
        [("gpu", "expected cpu, cuda, cuda:INDEX or metal"), ("cuda:one", "`cuda:one`"), ("cpu:1", "cpu")]
    {
        corrkd().args(["ablate", "--dry-run", "--device", device]).assert().code(2).stderr(contains(said));
    }
    corrkd().args(["ablate", "--dry-run", "--device", "cuda:1"]).assert().code(0);
}

#[test]
fn kernels_are_read_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    for (options, said) in [
        (["--kernels", "fast", "--device", "cpu"], "`fast` is no form of kernels, expected composed or fused"),
        (["--kernels", "fused", "--device", "cuda"], "--device cuda:0 has no fused kernels, only cpu has"),
        (["--kernels", "fused", "--device", "metal"], "--device metal has no fused kernels, only cpu has"),
    ] {
        for command in [["ablate"].as_slice(), &["ablate", "--dry-run"]] {
            let refused = corrkd().args(command).args(options).arg("--runs").arg(&runs).assert();
            refused.code(2).stdout("").stderr(contains(said));
        }
    }
    assert!(!runs.exists());
    for options in [["composed", "cuda:1"], ["composed", "cpu"], ["fused", "cpu"]] {
        corrkd().args(["ablate", "--dry-run", "--kernels", options[0], "--device", options[1]]).assert().code(0);
    }
}

#[test]
fn a_runs_folder_that_cannot_be_is_refused_before_anything_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let runs = file.join("runs");
    corrkd()
        .args(["ablate", "--program", "/no/such/corrkd", "--runs"])
        .arg(&runs)
        .assert()
        .code(2)
        .stderr(contains(runs.to_str().unwrap()).and(contains("/no/such/corrkd").not()))
        .stderr(contains("os error").count(1));
}

#[test]
fn a_missing_program_is_named() {
    let runs = tempfile::tempdir().unwrap();
    corrkd()
        .args(["ablate", "--program", "/no/such/corrkd", "--runs"])
        .arg(runs.path())
        .assert()
        .code(2)
        .stderr(contains("`/no/such/corrkd`"));
}

#[test]
fn help_tells_the_exit_codes() {
    let codes = is_match(r"(?s)Exit codes:\n  0 .*\n  1 .*\n  2 .*\n  3 .*\n  100 .*\n  130 ").unwrap();
    for command in ["ablate", "reproduce"] {
        corrkd().args([command, "--help"]).assert().code(0).stdout(codes.clone());
    }
    let of_all = is_match(r"(?s)Exit codes:\n  0 .*\n  1 .*\n  2 .*\n  3 .*\n  4 .*\n  100 .*\n  130 ").unwrap();
    corrkd().arg("--help").assert().code(0).stdout(of_all);
}
