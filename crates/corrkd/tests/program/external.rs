//! Rows whose answers are another program's: checked, told apart, and compared as any other row.

use assert_cmd::Command;
use corrkd_record::Runs;
use predicates::{prelude::*, str::contains};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const EXPERIMENT: &str = r#"
title = "Mine"
dataset = "synthetic"
size = "small"
seeds = [1, 2]
reference = "full"
network.layers = 1
teacher.epochs = 1
student.epochs = 1
evaluation = { ratios = [0.0], conditions = [] }
[[variant]]
name = "full"
[[variant]]
name = "mine"
predictions = "given/seed{seed}.csv"
"#;

fn corrkd() -> Command {
    Command::cargo_bin("corrkd").unwrap()
}

/// The answers of a run of ours under two conditions, in the words of another program.
fn theirs(folder: &Path, seed: u64) -> String {
    let runs = Runs::open(&folder.join("runs")).unwrap();
    let sweep = corrkd_record::Sweep::read(&runs.report("own")).unwrap();
    let run = sweep.runs.iter().find(|run| run.row.as_deref() == Some("full") && run.seed == seed).unwrap();
    let dir = runs.run(&run.id);
    let result = dir.result().unwrap().unwrap();
    let mut lines = "sample_id,condition,label,pred\n".to_owned();
    for prediction in dir.predictions(&result).unwrap() {
        let positive = prediction.answer.numbers()[1] > 0.5;
        if ["lav", "la"].contains(&prediction.condition.as_str()) {
            let score = if positive { 1.5 } else { -0.5 };
            writeln!(lines, "{},{},{},{score}", prediction.id, prediction.condition, prediction.label).unwrap();
        }
    }
    lines
}

#[test]
fn another_programs_predictions_are_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let ablate = |file: &str| {
        let mut command = corrkd();
        command.current_dir(folder.path()).args(["ablate", "--plain", file]);
        command
    };
    let own = EXPERIMENT.split("[[variant]]\nname = \"mine\"").next().unwrap();
    put("own.toml", own);
    put("mine.toml", EXPERIMENT);
    ablate("own.toml").assert().code(0);
    fs::create_dir(folder.path().join("given")).unwrap();
    let given = [1, 2].map(|seed| theirs(folder.path(), seed));
    put("given/seed1.csv", &given[0]);

    let absent = contains("row `mine`, seed 2").and(contains("seed2.csv")).and(contains("No such file"));
    ablate("mine.toml").assert().code(2).stderr(absent);
    put("given/seed2.csv", given[1].split_once('\n').unwrap().0);
    ablate("mine.toml").assert().code(2).stderr(contains("no line of seed 2"));

    // One sample is not there: that row's seed has failed, and the report says why.
    let (kept, _) = given[1].trim_end().rsplit_once('\n').unwrap();
    put("given/seed2.csv", kept);
    let failed = ablate("mine.toml").assert().code(100);
    failed.stdout(contains("prediction for 1 of 140 test samples: `video"));

    // What is signed alike scores alike: they are our own answers.
    put("given/seed2.csv", &given[1]);
    let done = ablate("mine.toml").assert().code(0);
    let said = contains("External, predictions of another program").and(contains("mine vs full"));
    let report = String::from_utf8(done.stdout(said).get_output().stdout.clone()).unwrap();
    let scores = fs::read_to_string(folder.path().join("runs/reports/mine/scores.csv")).unwrap();
    let f1 = |row: &str, condition: &str| {
        let lines = scores.lines().filter(|line| line.contains(&format!(",{condition},f1,")) && line.contains(row));
        lines.map(|line| line.split(',').next_back().unwrap().to_owned()).collect::<Vec<String>>()
    };
    for condition in ["la", "lav"] {
        assert!(f1("full", condition).len() == 2 && f1("full", condition) == f1("mine", condition), "{report}");
    }
    assert!(f1("mine", "l").is_empty() && report.contains("no answers under l, a, v, lv, av"), "{report}");

    // It proves itself, and another file is another run.
    let runs = Runs::open(&folder.path().join("runs")).unwrap();
    let sweep = corrkd_record::Sweep::read(&runs.report("mine")).unwrap();
    let run = sweep.runs.iter().find(|run| run.row.as_deref() == Some("mine")).unwrap();
    let verified = corrkd().current_dir(folder.path()).arg("verify").arg(format!("runs/{}", run.id)).assert().code(0);
    verified.stdout(contains("the same, bit for bit: the predictions for 140 samples under 2 conditions"));
    put("given/seed1.csv", &given[0].replace("1.5", "2.5"));
    ablate("mine.toml").assert().code(0);
    let again = corrkd_record::Sweep::read(&runs.report("mine")).unwrap();
    assert!(again.runs.iter().all(|other| other.id != run.id));
}
