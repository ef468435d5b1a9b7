//! Situations that users were seen in, from the file to the end, on the small files that show them: `../shared/cases`.

use crate::world::{corrkd, predictions, proved};
use assert_cmd::assert::Assert;
use corrkd_record::{Runs, Sweep};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder to work in, and the files of one case.
struct Case {
    folder: TempDir,
    files: PathBuf,
}

impl Case {
    /// None, and a word about it, where the cases are not at hand.
    fn open(name: &str) -> Option<Self> {
        let files = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases")).join(name);
        if !files.is_dir() {
            eprintln!("skipped: {} is not there", files.display());
            return None;
        }
        Some(Self { folder: tempfile::tempdir().unwrap(), files })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `corrkd data import` into `out`.
    fn import(&self, file: &str, options: &[&str]) -> Assert {
        let _ = fs::remove_dir_all(self.path("out"));
        let mut command = corrkd();
        command.args(["data", "import"]).arg(self.files.join(file)).arg("--out").arg(self.path("out"));
        command.args(options).assert()
    }

    /// `corrkd ablate` of the case's experiment on what was imported, with a line before its own.
    fn ablate(&self, line: &str, options: &[&str]) -> Assert {
        let text = fs::read_to_string(self.files.join("tiny.toml")).unwrap();
        // A path is relative to the experiment's file.
        fs::write(self.path("tiny.toml"), format!("{line}\n{}", text.replace("@RECIPE@", "out/recipe.toml"))).unwrap();
        let mut command = corrkd();
        command.arg("ablate").arg(self.path("tiny.toml")).arg("--data").arg(self.path("out"));
        command.arg("--runs").arg(self.path("runs")).args(options).assert()
    }

    /// What was reported of the experiment.
    fn sweep(&self) -> (Runs, Sweep) {
        let runs = Runs::open(&self.path("runs")).unwrap();
        let sweep = Sweep::read(&runs.report("tiny")).unwrap();
        (runs, sweep)
    }
}

#[test]
fn class_numbers_are_no_sentiment() {
    let Some(case) = Case::open("01-class-numbers-as-sentiment") else { return };
    let file = "meld_numbers.pkl";
    case.import(file, &[]).code(3).stderr(contains("`labels`").and(contains("whole numbers from 0 to 6")));
    assert!(!case.path("out").exists());
    // Named, they are categories, and no other task is trained on them.
    case.import(file, &["--categories", "neutral,surprise,fear,sadness,joy,disgust,anger"]).code(0);
    case.ablate("", &[]).code(2).stderr(contains("set `task = \"emotion\"` in the experiment"));
    case.ablate("", &["--task", "emotion"]).code(0);
    // A recipe that calls them scores is held against them.
    case.import(file, &["--scale", "-6,0,6"]).code(0);
    let refused = case.ablate("", &["--seeds", "1,2,3"]).code(3);
    let seen = contains("0 scores below 0, 33 at it and 27 above (0 to 6, whole numbers)").count(1);
    refused.stderr(contains("nothing to learn for the task binary").count(1).and(seen));
}

#[test]
fn a_missing_face_is_missing_whichever_way_it_is_written() {
    let Some(case) = Case::open("13-zeros-for-a-missing-face") else { return };
    let mut tables = Vec::new();
    for file in ["zeros.pkl", "nans.pkl"] {
        case.import(file, &[]).code(0).stdout(contains("vision: missing in 18 samples"));
        let said = contains("vision: missing in 18 samples");
        case.ablate("", &[]).code(0).stderr(said).stdout(contains("as they are"));
        tables.push(fs::read_to_string(case.path("runs/reports/tiny/table.csv")).unwrap());
    }
    // The same samples give the same scores; the runs have other names, since the files are others.
    let scores = |table: &str| -> Vec<Vec<String>> {
        let numbers =
            |line: &str| line.split(',').filter(|cell| cell.parse::<f64>().is_ok()).map(str::to_owned).collect();
        table.lines().map(numbers).collect()
    };
    assert_eq!(scores(&tables[0]), scores(&tables[1]));
}

#[test]
fn a_batch_of_one_is_refused_at_planning() {
    let Some(case) = Case::open("14-batch-of-one") else { return };
    case.import("data.pkl", &[]).code(0);
    let why = || contains("`student.batch` is 1, expected at least 2").and(contains("RCD has no marginals"));
    case.ablate("", &["--dry-run"]).code(2).stdout("").stderr(why());
    case.ablate("", &[]).code(2).stderr(why());
    assert!(!case.path("runs").exists());
}

#[test]
fn one_answer_to_everything_is_told() {
    let Some(case) = Case::open("15-one-class-answer") else { return };
    case.import("skewed.pkl", &[]).code(0);
    let done = case.ablate("", &[]).code(0);
    let said = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    let warned = said.split_once("Warnings:").unwrap().1;
    assert!(warned.contains("neutral"), "{warned}");
    assert!(said.contains("UA"), "{said}");
    case.ablate("losses.task.weights = \"balanced\"", &[]).code(0);
}

#[test]
fn a_session_is_left_out_at_a_time() {
    let Some(case) = Case::open("16-leave-one-session-out") else { return };
    case.import("no_valid.pkl", &[])
        .code(0)
        .stdout(contains("warning: the valid fold is empty: set folds = [\"Ses01\""));
    case.ablate("", &[]).code(3).stderr(contains("the valid fold has no samples").and(contains("`folds = 5`")));
    case.ablate("folds = [\"Ses01\", \"Ses02\", \"Ses03\", \"Ses04\", \"Ses05\"]", &[])
        .code(0)
        .stderr(contains("start full    seed 1 fold Ses05").and(contains("warning").not()))
        .stdout(contains("Scores by fold").and(contains("pooled")));
    let (runs, sweep) = case.sweep();
    let mut tested: Vec<String> = Vec::new();
    for run in sweep.runs.iter().filter(|run| run.row.is_some()) {
        let predictions = predictions(&runs.run(&run.id));
        let complete = predictions.into_iter().filter(|prediction| prediction.condition == "lav");
        let ids: Vec<String> = complete.map(|prediction| prediction.id).collect();
        let session = format!("Ses0{}", run.fold.unwrap() + 1);
        assert!(ids.iter().all(|id| id.starts_with(&session)), "{ids:?}");
        tested.extend(ids);
    }
    tested.sort();
    tested.dedup();
    assert_eq!(tested.len(), 60);
}

#[test]
fn a_damaged_run_folder_is_made_whole_by_the_same_command() {
    let Some(case) = Case::open("17-damaged-run-folder") else { return };
    let ablate = || {
        let mut command = corrkd();
        command.arg("ablate").arg(case.files.join("experiment.toml")).arg("--runs").arg(case.path("runs")).assert()
    };
    ablate().code(0);
    let runs = Runs::open(&case.path("runs")).unwrap();
    let sweep = Sweep::read(&runs.report("experiment")).unwrap();
    let student = runs.run(&sweep.runs.iter().find(|run| run.row.is_some()).unwrap().id);
    let whole = proved(&student);
    let cut = |path: &Path, length: usize| fs::write(path, &fs::read(path).unwrap()[..length]).unwrap();

    fs::remove_file(student.result_path()).unwrap();
    fs::remove_file(student.predictions_path()).unwrap();
    cut(&student.last_path(), 30_000);
    ablate().code(0).stderr(contains("last.safetensors: damaged").and(contains("the run starts anew")));
    assert_eq!(proved(&student).predictions, whole.predictions);

    cut(&student.predictions_path(), 4_000);
    ablate().code(0).stderr(contains("predictions.csv: damaged"));
    assert_eq!(proved(&student).predictions, whole.predictions);
    ablate().code(0).stderr(contains("reuse 2 of 2 runs"));
}
