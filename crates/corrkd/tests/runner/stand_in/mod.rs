//! A stage with a shell script that plays `corrkd`, so that the runner can be watched without training anything.

use assert_cmd::Command;
use corrkd_config::{Cuts, DatasetRef, Device, Experiment, Kernels, Labels, Plan, Scale};
use corrkd_record::{Environment, Event, Lacking, Prepared, RunResult, RunSpec, SplitSizes, Sweep, Validation};
use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::PathBuf};
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

/// A temporary folder with the script, what it answers, the experiment and the runs.
pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    pub(crate) fn set() -> Self {
        let stage = Self { folder: tempfile::tempdir().unwrap() };
        let script = stage.path("corrkd");
        fs::write(&script, include_str!("corrkd.sh")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        stage.put("two-rows.toml", EXPERIMENT);
        stage.put("prepared.json", &prepared());
        stage.put("events.jsonl", &events());
        stage.put("rest.json", &rest_of_result());
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
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
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_corrkd"));
        command.args(["ablate", "--jobs", "1"]).arg(self.path("two-rows.toml"));
        command.arg("--program").arg(self.path("corrkd")).arg("--runs").arg(self.path("runs"));
        command
    }

    /// What the report was asked to cover.
    pub(crate) fn reported(&self) -> Sweep {
        serde_json::from_str(&fs::read_to_string(self.path("reported.json")).unwrap()).unwrap()
    }
}

const SAMPLES: SplitSizes = SplitSizes { train: 4, valid: 2, test: 2 };
const VALIDATION: Validation = Validation { loss: 0.41, f1: 0.8123, accuracy: 0.8 };

fn answer() -> Prepared {
    let labels = Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() });
    Prepared { fingerprint: "abc".to_owned(), code: corrkd_methods::code(), labels, aligned: true, samples: SAMPLES }
}

fn prepared() -> String {
    serde_json::to_string(&answer()).unwrap()
}

/// The lines of two epochs.
fn events() -> String {
    let losses = [("task", 0.31), ("scd", 1.02), ("cpd", 0.05), ("rcd", 0.03), ("total", 1.41)];
    let epoch = |epoch| Event::Epoch {
        epoch,
        epochs: 2,
        losses: losses.map(|(term, value)| (term.to_owned(), value)).into(),
        gradient_norm: 1.0,
        validation: VALIDATION,
        best: true,
        seconds: 0.5,
    };
    [1, 2].map(|number| serde_json::to_string(&epoch(number)).unwrap() + "\n").concat()
}

/// A result's text after the run's name and specification, which the script puts before it.
fn rest_of_result() -> String {
    let plan = Plan::of(&Experiment::parse(EXPERIMENT, &BTreeMap::new(), &corrkd_methods::plans()).unwrap());
    let Prepared { fingerprint, code, labels, .. } = answer();
    let spec = RunSpec {
        job: plan.runs[0].job.clone(),
        seed: 1,
        dataset: DatasetRef { name: "synthetic".to_owned(), size: None, fold: None },
        fingerprint,
        labels,
        code: code["corrkd"].clone(),
        device: Device::Cpu,
        kernels: Kernels::Fused,
        needs: Vec::new(),
    };
    let result = RunResult {
        id: spec.id(),
        spec,
        epochs: 2,
        best_epoch: 1,
        validation: VALIDATION,
        test: Vec::new(),
        weights: String::new(),
        predictions: String::new(),
        parameters: 1,
        samples: SAMPLES,
        lacking: Lacking::default(),
        environment: Environment {
            cpu: None,
            threads: 1,
            device: "cpu".to_owned(),
            kernels: Kernels::Fused,
            version: "0".to_owned(),
        },
        seconds: 1.0,
    };
    let mut fields = serde_json::to_value(result).unwrap();
    fields.as_object_mut().unwrap().retain(|name, _| name != "id" && name != "spec");
    fields.to_string().trim_start_matches('{').to_owned()
}
