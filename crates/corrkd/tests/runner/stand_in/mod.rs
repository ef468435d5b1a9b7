//! A stage with a shell script that plays `corrkd`, so that the runner can be watched without training anything.

use assert_cmd::Command;
use corrkd_config::{Cuts, Kernels, Labels, Scale};
use corrkd_record::{
    Environment, Event, Lacking, Prepared, RunDir, RunId, RunResult, Runs, SplitSizes, Sweep, Trained, Validation,
    digest,
};
use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Two rows over two seeds: two teachers and four students.
const EXPERIMENT: &str = r#"
title = "Two rows"
dataset = "synthetic"
size = "small"
seeds = [1, 2]
reference = "full"
[teacher]
epochs = 2
[student]
epochs = 3
[[variant]]
name = "full"
[[variant]]
name = "wide"
losses.scd.margin = 9.5
"#;

/// Sends a signal to a process.
pub(crate) fn signal(name: &str, process: &Child) {
    let sent = std::process::Command::new("kill").args([&format!("-{name}"), &process.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// A temporary folder with the script, what it answers, the experiment and the runs.
pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    pub(crate) fn set() -> Self {
        let stage = Self { folder: tempfile::tempdir().unwrap() };
        stage.put_script("corrkd", include_str!("corrkd.sh"));
        let (this, [asked, folder]) = (env::current_exe().unwrap(), ASKED);
        let part = "stand_in::part --exact --ignored >/dev/null 2>&1";
        let finish = format!("#!/bin/sh\n{asked}=$1 {folder}=$2 exec '{}' {part}\n", this.display());
        stage.put_script("finish", &finish);
        stage.put("two-rows.toml", EXPERIMENT);
        stage.put("prepared.json", &prepared());
        stage.put("events.jsonl", &events());
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn put_script(&self, name: &str, text: &str) {
        self.put(name, text);
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// A file's lines; none if it is not there.
    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        fs::read_to_string(self.path(name)).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The lines of a file that is then forgotten.
    pub(crate) fn take(&self, name: &str) -> Vec<String> {
        let lines = self.lines(name);
        let _ = fs::remove_file(self.path(name));
        lines
    }

    /// The runner over the experiment, one run at a time.
    pub(crate) fn ablate(&self) -> Command {
        Command::from_std(self.ablate_std())
    }

    /// As [`ablate`](Self::ablate), to be started in the background.
    pub(crate) fn ablate_std(&self) -> std::process::Command {
        self.ablate_file("two-rows.toml")
    }

    /// As [`ablate_std`](Self::ablate_std), over another of the stage's experiments.
    pub(crate) fn ablate_file(&self, name: &str) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_corrkd"));
        command.args(["ablate", "--jobs", "1", "--plain"]).arg(self.path(name));
        command.arg("--program").arg(self.path("corrkd")).arg("--runs").arg(self.path("runs"));
        command
    }

    /// Waits until a file has so many lines.
    pub(crate) fn wait_for(&self, name: &str, lines: usize) {
        let start = Instant::now();
        while self.lines(name).len() < lines {
            assert!(start.elapsed() < Duration::from_secs(60), "`{name}` has {:?}", self.lines(name));
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The runs' folders.
    pub(crate) fn runs(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.path("runs")).unwrap().map(|entry| entry.unwrap().path());
        let is_run = |path: &Path| path.file_name().unwrap().to_str().unwrap().parse::<RunId>().is_ok();
        let mut runs: Vec<PathBuf> = folders.filter(|path| is_run(path)).collect();
        runs.sort();
        runs
    }

    /// What the report was asked to cover.
    pub(crate) fn reported(&self) -> Sweep {
        serde_json::from_str(&fs::read_to_string(self.path("reported.json")).unwrap()).unwrap()
    }
}

const SAMPLES: SplitSizes = SplitSizes { train: 4, valid: 2, test: 2 };
const VALIDATION: Validation = Validation { loss: 0.41, f1: 0.8123, accuracy: 0.8 };

fn prepared() -> String {
    let labels = Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() });
    let code = corrkd_methods::code();
    let prepared =
        Prepared { fingerprint: "abc".to_owned(), code, labels, aligned: true, samples: SAMPLES, seconds: vec![] };
    serde_json::to_string(&prepared).unwrap()
}

/// The lines of two epochs.
fn events() -> String {
    let losses = [("task", 0.31), ("scd", 1.02), ("cpd", 0.05), ("rcd", 0.03), ("total", 1.41)];
    let epoch = |epoch| Event::Epoch {
        epoch,
        epochs: 2,
        losses: losses.map(|(term, value)| (term.to_owned(), value)).into(),
        parts: BTreeMap::new(),
        gradient_norm: 1.0,
        validation: VALIDATION,
        best: true,
        seconds: 0.5,
    };
    [1, 2].map(|number| serde_json::to_string(&epoch(number)).unwrap() + "\n").concat()
}

/// Which of the two below the script asks for, and the folder of a run.
const ASKED: [&str; 2] = ["STAND_IN_ASKED", "STAND_IN_RUN"];

/// No test: what the script cannot do, which starts this very program with these variables.
#[test]
#[ignore = "plays a part in other tests"]
fn part() {
    let [Some(asked), Some(folder)] = ASKED.map(std::env::var_os) else { return };
    let folder = PathBuf::from(folder);
    let id: RunId = folder.file_name().unwrap().to_str().unwrap().parse().unwrap();
    let dir = Runs::open(folder.parent().unwrap()).unwrap().run(&id);
    match asked.to_str().unwrap() {
        "prove" => assert!(matches!(dir.proved(), Ok(Some(_)))),
        "finish" => finish(&dir),
        asked => panic!("{asked}"),
    }
}

/// Leaves behind what a run does. Its validation loss says how far its margin is from 2.5, where it has one.
fn finish(dir: &RunDir) {
    let spec = dir.spec().unwrap();
    let margin = spec.job.settings.get("losses").and_then(|losses| losses.get("scd")?.get("margin")?.as_float());
    let loss = margin.map_or(VALIDATION.loss, |margin| (margin - 2.5).abs());
    fs::write(dir.events_path(), events()).unwrap();
    fs::write(dir.best_path(), format!("weights of {}", dir.id())).unwrap();
    fs::write(dir.predictions_path(), "predictions").unwrap();
    let result = RunResult {
        id: spec.id(),
        spec,
        training: Some(Trained {
            epochs: 2,
            best_epoch: 1,
            validation: Validation { loss, ..VALIDATION },
            weights: String::new(),
            checkpoint: digest(&dir.best_path()).unwrap(),
            context: None,
            parameters: 1,
            seconds: 1.0,
            memory: Some(300 << 20),
        }),
        test: Vec::new(),
        predictions: digest(&dir.predictions_path()).unwrap(),
        representations: None,
        history: dir.history_hash().unwrap(),
        warnings: Vec::new(),
        samples: SAMPLES,
        lacking: Lacking::default(),
        environment: Environment {
            cpu: None,
            threads: 1,
            device: "cpu".to_owned(),
            kernels: Kernels::Fused,
            version: "0".to_owned(),
        },
    };
    dir.write_result(&result).unwrap();
}
