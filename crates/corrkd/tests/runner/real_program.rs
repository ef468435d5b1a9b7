//! A sweep with the real program, interrupted and taken up again: on generated data, small enough for a test.

use corrkd_record::{Runs, Sweep};
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::SystemTime,
};

const EXPERIMENT: &str = r#"
title = "a sweep that is interrupted"
dataset = "synthetic"
size = "small"
seeds = [1, 2]
reference = "full"
paper = "table3.mosi"
network = { width = 8, heads = 2, layers = 1, feed_forward = 8 }
teacher = { epochs = 2, learning_rate = 1e-2 }
student = { epochs = 2, learning_rate = 1e-2 }
evaluation.ratios = [0.0, 0.5, 1.0]
[[variant]]
name = "full"
[[variant]]
name = "without-scd"
losses.scd.weight = 0.0
"#;

/// `corrkd ablate` of the experiment in `folder`.
fn ablate(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("corrkd"));
    command.arg("ablate").arg(folder.join("cut.toml")).arg("--runs").arg(folder.join("runs"));
    command.args(["--plain", "--jobs", "1"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// When each finished run wrote its result.
fn finished(sweep: &Sweep, runs: &Runs) -> BTreeMap<String, SystemTime> {
    let results = sweep.runs.iter().map(|run| (run.id.to_string(), runs.run(&run.id).result_path()));
    results.filter_map(|(id, path)| Some((id, fs::metadata(path).ok()?.modified().unwrap()))).collect()
}

#[test]
fn an_interrupted_sweep_completes_without_repeating_a_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cut.toml"), EXPERIMENT).unwrap();
    let mut runner = ablate(folder.path()).spawn().unwrap();
    let mut lines = BufReader::new(runner.stderr.take().unwrap()).lines().map(Result::unwrap);
    // Interrupted in the second run, when the first is finished.
    let before: Vec<String> = lines.by_ref().take_while(|line| !line.starts_with("done  ")).collect();
    assert!(Command::new("kill").args(["-INT", &runner.id().to_string()]).status().unwrap().success());
    let after: Vec<String> = lines.collect();
    assert_eq!(runner.wait().unwrap().code(), Some(130), "{before:#?} {after:#?}");
    assert!(after.iter().any(|line| line.contains("of 6 runs are finished")), "{after:#?}");

    let runs = Runs::open(&folder.path().join("runs")).unwrap();
    let results = |runs: &Runs| -> usize {
        let folders = fs::read_dir(folder.path().join("runs")).unwrap().flatten();
        let ids = folders.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter(|id| runs.run(id).result().unwrap().is_some()).count()
    };
    let done = results(&runs);
    assert!((1..6).contains(&done), "{done} of 6 runs were finished at the interruption");

    let again = ablate(folder.path()).output().unwrap();
    let said = String::from_utf8(again.stderr).unwrap();
    assert_eq!(again.status.code(), Some(0), "{said}");
    assert!(said.contains(&format!("reuse {done} of 6 runs")), "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("done  ")).count(), 6 - done, "{said}");
    let report = runs.report("cut");
    let sweep = Sweep::read(&report).unwrap();
    assert!(sweep.runs.iter().all(|run| run.failure.is_none()));
    let stamps = finished(&sweep, &runs);
    assert_eq!(stamps.len(), 6);
    let table = fs::read_to_string(report.join("table.md")).unwrap();
    let complete = |row: &str| table.lines().any(|line| line.starts_with(&format!("| {row} | 2 |")));
    assert!(complete("full") && complete("without-scd"), "{table}");

    // A third time there is nothing left to do, nothing is touched, and the table is shown as it was.
    let idle = ablate(folder.path()).output().unwrap();
    assert_eq!(idle.status.code(), Some(0));
    assert_eq!(finished(&sweep, &runs), stamps);
    assert!(again.stdout.starts_with(&idle.stdout) && idle.stdout.len() > 1000);
    assert!(String::from_utf8(idle.stderr).unwrap().contains("nothing to do: 6 runs are finished"));
}
