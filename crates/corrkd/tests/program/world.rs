//! A tiny data set in real .csd files with a recipe, and runs over it: what the program's tests happen in.

use assert_cmd::Command;
use corrkd_config::{DatasetRef, Device, Experiment, Job, Kernels, Plan};
use corrkd_csd::{Entry, Features, Rows, Sequence};
use corrkd_record::{Prediction, Prepared, RunDir, RunId, RunResult, RunSpec, Runs};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use tempfile::TempDir;

/// Twelve videos of six aligned segments of up to three frames; language tells the label, the rest is noise.
pub(crate) const RECIPE: &str = r#"
title = "tiny"
time = 3
keep = "first"
standardise = "train"
[labels]
file = "labels.csd"
columns = ["sentiment"]
column = "sentiment"
range = [-3.0, 3.0]
[features.language]
file = "language.csd"
width = 5
[features.audio]
file = "audio.csd"
width = 3
[features.vision]
file = "vision.csd"
width = 4
[folds]
train = ["v00", "v01", "v02", "v03", "v04", "v05", "v06", "v07"]
valid = ["v08", "v09"]
test = ["v10", "v11"]
"#;

const EXPERIMENT: &str = r#"
title = "tiny"
dataset = "tiny"
seeds = [1]
reference = "full"
network = { width = 8, heads = 2, layers = 1, feed_forward = 8 }
teacher = { epochs = 3, batch = 20, learning_rate = 1e-2 }
student = { epochs = 3, batch = 20, learning_rate = 1e-2 }
evaluation.ratios = [0.0, 0.5, 1.0]
[[variant]]
name = "full"
"#;

/// One epoch at the paper's width, over generated data.
const FULL_WIDTH: &str = r#"
title = "full width"
dataset = "synthetic"
seeds = [1]
reference = "full"
network.layers = 1
teacher.epochs = 1
evaluation.ratios = [0.0]
[[variant]]
name = "full"
"#;

pub(crate) struct World {
    pub(crate) dir: TempDir,
    dataset: String,
    experiment: &'static str,
    pub(crate) kernels: Kernels,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let dataset = dir.path().join("tiny.toml").display().to_string();
        let world = Self { dir, dataset, experiment: EXPERIMENT, kernels: Kernels::Fused };
        fs::create_dir(world.data()).unwrap();
        world.recipe(RECIPE);
        let label = |video: usize, segment: usize| ((video * 6 + segment) * 7 % 13) as f32 / 2.0 - 3.0;
        world.sequence("labels", 1, |video, segment, _, _| label(video, segment), |_| 1);
        let frames = |segment: usize| 1 + segment % 3;
        let noise = |a: usize, b: usize, c: usize, d: usize| (((a * 31 + b) * 37 + c) * 41 + d * d) as f32 % 7.0;
        let told = move |video, segment, frame, column| {
            label(video, segment) * (column as f32 - 2.0) + noise(video, segment, frame, column)
        };
        world.sequence("language", 5, told, frames);
        world.sequence("audio", 3, noise, frames);
        world.sequence("vision", 4, move |a, b, c, d| noise(d, c, b, a), frames);
        world
    }

    /// A world whose data the program generates.
    pub(crate) fn generated() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            dataset: "synthetic".to_owned(),
            experiment: FULL_WIDTH,
            kernels: Kernels::Fused,
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn recipe(&self, text: &str) {
        fs::write(self.dir.path().join("tiny.toml"), text).unwrap();
    }

    /// Writes a sequence whose value at (video, segment, frame, column) is `value`.
    pub(crate) fn sequence(
        &self,
        name: &str,
        width: usize,
        value: impl Fn(usize, usize, usize, usize) -> f32,
        frames: impl Fn(usize) -> usize,
    ) {
        let mut entries = BTreeMap::new();
        for (video, segment) in (0..12).flat_map(|v| (0..6).map(move |s| (v, s))) {
            let rows = frames(segment);
            let values = (0..rows).flat_map(|t| (0..width).map(move |c| (t, c)));
            let values = values.map(|(t, c)| value(video, segment, t, c)).collect();
            let intervals = (0..rows).map(|t| [(segment * 4 + t) as f64, (segment * 4 + t + 1) as f64]).collect();
            let features = Features::F32(Rows::flat(width, values));
            entries.insert(format!("v{video:02}[{segment}]"), Entry { intervals, features });
        }
        self.write(name, Sequence { root: name.to_owned(), metadata: BTreeMap::new(), entries });
    }

    pub(crate) fn write(&self, name: &str, sequence: Sequence) {
        corrkd_csd::write(&self.file(name), &sequence).unwrap();
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.data().join(format!("{name}.csd"))
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    pub(crate) fn runs(&self) -> Runs {
        Runs::open(&self.dir.path().join("runs")).unwrap()
    }

    /// `corrkd prepare` of the recipe.
    pub(crate) fn prepare(&self) -> Command {
        let mut command = corrkd();
        command.args(["prepare", "--dataset", &self.dataset]);
        self.add_folders(&mut command);
        command
    }

    /// Writes the specifications of a teacher and its student, and gives them.
    pub(crate) fn plan(&self, runs: &Runs) -> (RunDir, RunDir) {
        self.plan_with(runs, "")
    }

    /// The same with a key of the experiment set to another value.
    pub(crate) fn plan_with(&self, runs: &Runs, line: &str) -> (RunDir, RunDir) {
        let key = line.split('=').next().unwrap_or_default();
        let kept = self.experiment.lines().filter(|other| key.is_empty() || !other.starts_with(key));
        let experiment = kept
            .map(|other| if other.starts_with("reference") { format!("{other}\n{line}") } else { other.to_owned() });
        let experiment = experiment.collect::<Vec<_>>().join("\n");
        let output = self.prepare().assert().success().get_output().stdout.clone();
        let prepared: Prepared = serde_json::from_slice(&output).unwrap();
        let plan = Plan::of(&Experiment::parse(&experiment, &BTreeMap::new(), &corrkd_methods::plans()).unwrap());
        let mut ids: Vec<RunId> = Vec::new();
        let mut dirs = plan.runs.into_iter().map(|planned| {
            let spec = RunSpec {
                code: prepared.code[&planned.job.method].clone(),
                job: Job::clone(&planned.job),
                seed: planned.seed,
                dataset: DatasetRef { name: self.dataset.clone(), size: None, fold: None },
                fingerprint: prepared.fingerprint.clone(),
                labels: prepared.labels.clone(),
                device: Device::Cpu,
                kernels: self.kernels,
                needs: planned.needs.iter().map(|&need| ids[need].clone()).collect(),
            };
            let dir = runs.run(&spec.id());
            dir.prepare(&spec).unwrap();
            ids.push(spec.id());
            dir
        });
        (dirs.next().unwrap(), dirs.next().unwrap())
    }

    /// `corrkd ablate` of the experiment with these lines beside its own, whose report is called `own`.
    pub(crate) fn ablate(&self, lines: &str) -> Command {
        let path = self.dir.path().join("own.toml");
        let experiment = self.experiment.replace("dataset = \"tiny\"", "dataset = \"tiny.toml\"");
        fs::write(&path, format!("{lines}\n{experiment}")).unwrap();
        let mut command = corrkd();
        command.arg("ablate").arg(path).arg("--data").arg(self.data()).arg("--runs").arg(self.dir.path().join("runs"));
        command
    }

    /// How many runs there are.
    pub(crate) fn trained(&self) -> usize {
        let folders = fs::read_dir(self.dir.path().join("runs")).into_iter().flatten().flatten();
        folders.filter(|entry| entry.file_name().to_string_lossy().parse::<RunId>().is_ok()).count()
    }

    /// `corrkd train` of a run with so many threads.
    pub(crate) fn train(&self, runs: &Path, run: &RunDir, threads: usize) -> Command {
        let mut command = corrkd();
        command.arg("train").arg(runs).arg(run.id().as_str());
        self.add_folders(&mut command);
        command.env("RAYON_NUM_THREADS", threads.to_string()).env("CANDLE_NUM_THREADS", threads.to_string());
        command
    }

    /// The same as a process to be started, and stopped.
    pub(crate) fn training(&self, runs: &Path, run: &RunDir) -> process::Command {
        let mut command = process::Command::new(program());
        command.arg("train").arg(runs).arg(run.id().as_str());
        self.folders().iter().for_each(|(flag, folder)| _ = command.arg(flag).arg(folder));
        command.env_remove("RAYON_NUM_THREADS").env_remove("CANDLE_NUM_THREADS");
        command
    }

    /// `corrkd verify` of a run as a process to be started, and stopped.
    pub(crate) fn verifying(&self, run: &RunDir) -> process::Command {
        let mut command = process::Command::new(program());
        command.arg("verify").arg(run.path());
        self.folders().iter().for_each(|(flag, folder)| _ = command.arg(flag).arg(folder));
        command
    }

    /// `corrkd verify` of a run, by another build of the program.
    pub(crate) fn verify_with(&self, program: &Path, run: &RunDir) -> Command {
        let mut command = Command::new(program);
        command.arg("verify").arg(run.path());
        self.add_folders(&mut command);
        command
    }

    fn add_folders(&self, command: &mut Command) {
        self.folders().iter().for_each(|(flag, folder)| _ = command.arg(flag).arg(folder));
    }

    /// The folders of data and cache, and the options that name them.
    fn folders(&self) -> Vec<(&'static str, PathBuf)> {
        let data = self.data().is_dir().then(|| ("--data", self.data()));
        data.into_iter().chain([("--cache", self.cache())]).collect()
    }
}

/// Trains the teacher of a new world and its student.
pub(crate) fn finished() -> (World, RunDir, RunDir) {
    let world = World::new();
    let (teacher, student) = world.plan(&world.runs());
    for run in [&teacher, &student] {
        world.train(&world.dir.path().join("runs"), run, 1).assert().success();
    }
    (world, teacher, student)
}

/// The result of a finished run, every file of which is the one that it names.
pub(crate) fn proved(run: &RunDir) -> RunResult {
    run.proved().unwrap().unwrap()
}

/// Its predictions.
pub(crate) fn predictions(run: &RunDir) -> Vec<Prediction> {
    run.predictions(&proved(run)).unwrap()
}

fn program() -> PathBuf {
    assert_cmd::cargo::cargo_bin("corrkd")
}

pub(crate) fn corrkd() -> Command {
    Command::cargo_bin("corrkd").unwrap()
}

/// A Python that has these modules: what `CORRKD_PYTHON` names, or the one on the PATH.
pub(crate) fn python_with(modules: &str) -> Option<PathBuf> {
    let named = std::env::var_os("CORRKD_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|| "python3".into());
    let mut command = process::Command::new(&python);
    let has = command.args(["-c", &format!("import {modules}")]).stderr(process::Stdio::null()).status();
    has.is_ok_and(|status| status.success()).then_some(python)
}

/// Whether the long tests are to run as well: `CORRKD_LONG_TESTS=1`, as `.ci/run` has it.
pub(crate) fn long() -> bool {
    std::env::var_os("CORRKD_LONG_TESTS").is_some_and(|value| value == "1")
}
