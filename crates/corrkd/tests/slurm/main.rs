//! Sweeps on a real Slurm of one node: submitted, stopped, failed, cut, submitted again, cancelled; and their calls where there is
//! none. Skipped, and said so, where Slurm cannot be started.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cluster;

use cluster::{Cluster, read, until};
use corrkd_record::{Event, RunDir, Runs};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

/// Two rows over two seeds: two teachers and four students, of a second or two each.
const EXPERIMENT: &str = r#"
title = "two rows"
dataset = "synthetic"
size = "small"
seeds = [1, 2]
reference = "full"
network = { width = 8, heads = 2, layers = 1, feed_forward = 8 }
teacher = { epochs = 2, learning_rate = 1e-2 }
student = { epochs = 2, learning_rate = 1e-2 }
evaluation.ratios = [0.0, 0.5]
[[variant]]
name = "full"
[[variant]]
name = "wide"
losses.scd.margin = 9.5
"#;

const PATIENCE: Duration = Duration::from_secs(240);

/// A folder with the experiment and its runs.
struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    fn set(experiment: &str) -> Self {
        let stage = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(stage.path("two-rows.toml"), experiment).unwrap();
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn runs(&self) -> Runs {
        Runs::open(&self.path("runs")).unwrap()
    }

    /// A program that takes every training to be long, so that each has a job of its own.
    fn slow(&self) -> PathBuf {
        let path = self.path("slow");
        let program = assert_cmd::cargo::cargo_bin!("corrkd").display().to_string();
        let longer = r#"s/"seconds":\[[^]]*\]/"seconds":[9e3,9e3,9e3,9e3,9e3,9e3]/"#;
        let text = format!(
            "#!/bin/sh\ncase \"$*\" in *--time=*) '{program}' \"$@\" | sed '{longer}';; *) exec '{program}' \"$@\";; esac\n"
        );
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn ablate(&self, mut command: Command, arguments: &[&str]) -> Output {
        command.current_dir(self.folder.path()).args(["ablate", "two-rows.toml", "--plain"]).args(arguments);
        command.output().unwrap()
    }

    /// `corrkd ablate` on a cluster.
    fn on(&self, cluster: &Cluster, arguments: &[&str]) -> Output {
        self.ablate(cluster.command(assert_cmd::cargo::cargo_bin!("corrkd")), arguments)
    }

    /// The same, with every training taken to be long.
    fn slowly(&self, cluster: &Cluster, arguments: &[&str]) -> Output {
        let slow = self.slow().display().to_string();
        self.on(cluster, &[&["--slurm", "--program", &slow], arguments].concat())
    }

    /// The folders of the submissions, the earliest first.
    fn submissions(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> =
            fs::read_dir(self.path("runs/slurm")).unwrap().map(|entry| entry.unwrap().path()).collect();
        all.sort_by_key(|path| path.metadata().unwrap().modified().unwrap());
        all
    }

    fn dirs(&self, stage: &str) -> Vec<RunDir> {
        let runs = self.runs();
        let names = fs::read_dir(runs.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut ids: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
        ids.retain(|name| name.starts_with(stage));
        ids.sort();
        ids.iter().map(|id| runs.run(&id.parse().unwrap())).collect()
    }

    /// What decides each run's bits.
    fn weights(&self) -> Vec<(String, String)> {
        let dirs = [self.dirs("teacher"), self.dirs("student")].concat();
        let weights = |dir: RunDir| (dir.id().to_string(), dir.proved().unwrap().unwrap().training.unwrap().weights);
        dirs.into_iter().map(weights).collect()
    }

    /// The same experiment, run here.
    fn here(&self) -> Vec<(String, String)> {
        let alone = Self::set(&read(&self.path("two-rows.toml")));
        let output = alone.ablate(Command::new(assert_cmd::cargo::cargo_bin!("corrkd")), &[]);
        assert!(output.status.success(), "{}", said(&output));
        alone.weights()
    }

    fn table(&self) -> String {
        read(&self.path("runs/reports/two-rows/table.md"))
    }
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// The command's output, where it ends with this code.
fn ends(code: i32, output: &Output) -> String {
    let said = said(output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

#[test]
fn a_sweep_is_submitted_once_and_has_its_report() {
    let Some(cluster) = Cluster::start("") else { return };
    let stage = Stage::set(EXPERIMENT);
    ends(0, &stage.slowly(&cluster, &["--array-parallelism", "1", "--setup", "export GREETING=hello"]));
    let [folder] = &stage.submissions()[..] else { panic!() };
    let plan = read(&folder.join("plan.tsv"));
    let lines: Vec<Vec<&str>> = plan.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines[0], ["array", "index", "runs", "what", "seeds", "minutes", "after"]);
    // Two teachers in an array, each seed's students in another behind their teacher.
    let column = |at: usize| lines[1..].iter().map(|line| line[at]).collect::<Vec<_>>();
    assert_eq!(column(0), ["0", "0", "1", "1", "2", "2"]);
    assert_eq!(column(3), ["teacher", "teacher", "full", "wide", "full", "wide"]);
    assert_eq!(column(6), ["-", "-", "0:0", "0:0", "0:1", "0:1"]);
    assert!(cluster.queue().iter().any(|line| line.ends_with("corrkd-two-rows-student")), "{:?}", cluster.queue());
    // While it is on its way nothing is submitted twice.
    assert!(ends(0, &stage.slowly(&cluster, &[])).contains("nothing to submit"));
    let status = ends(0, &stage.on(&cluster, &["--status"]));
    assert!(status.starts_with("two-rows: 6 runs: "), "{status}");
    cluster.drained(PATIENCE);
    assert_eq!(stage.weights(), stage.here());
    assert!(stage.table().contains("| full | 2 |") || stage.table().contains("full"), "{}", stage.table());
    let logs = fs::read_dir(folder.join("logs")).unwrap().count();
    assert_eq!(logs, 7, "six jobs and the report");
    // All is done: the report is written here, and nothing is submitted.
    ends(0, &stage.slowly(&cluster, &[]));
    assert_eq!(stage.submissions().len(), 1);
    assert!(ends(0, &stage.on(&cluster, &["--status"])).starts_with("two-rows: 6 runs: 6 finished\n"));
}

#[test]
fn short_runs_share_a_job() {
    let Some(cluster) = Cluster::start("") else { return };
    let stage = Stage::set(EXPERIMENT);
    let said = ends(0, &stage.on(&cluster, &["--slurm", "--cpus", "2"]));
    assert!(said.contains("submitted 6 runs as 1 jobs in 1 arrays"), "{said}");
    cluster.drained(PATIENCE);
    assert_eq!(stage.weights(), stage.here());
}

#[test]
fn arrays_are_cut_at_the_clusters_limit() {
    let Some(cluster) = Cluster::start("MaxArraySize=4") else { return };
    let stage = Stage::set(&EXPERIMENT.replace("seeds = [1, 2]", "seeds = [1, 2, 3, 4, 5, 6]"));
    let said = ends(0, &stage.slowly(&cluster, &["--dry-run"]));
    let arrays: Vec<&str> =
        said.lines().filter(|line| line.starts_with("sbatch") && line.contains("teacher")).collect();
    assert_eq!(arrays.len(), 2, "{said}");
    assert!(arrays[0].contains("--array=0-3") && arrays[1].contains("--array=0-1"), "{said}");
    assert!(said.contains("'--dependency=afterok:<job of array 1>_1'"), "{said}");
    assert!(cluster.queue().is_empty(), "a dry run submits nothing");
    ends(0, &stage.slowly(&cluster, &[]));
    cluster.drained(PATIENCE);
    assert_eq!(stage.weights().len(), 18);
}

#[test]
fn a_crash_costs_itself_and_what_needs_it() {
    let Some(cluster) = Cluster::start("") else { return };
    let stage = Stage::set(EXPERIMENT);
    ends(0, &stage.slowly(&cluster, &["--dry-run"]));
    let plan = read(&stage.submissions()[0].join("plan.tsv"));
    let teacher = plan.lines().nth(1).unwrap().split('\t').nth(2).unwrap();
    // No specification can be written there.
    let obstacle = stage.path("runs").join(teacher).join("spec.json");
    fs::create_dir_all(&obstacle).unwrap();
    ends(0, &stage.slowly(&cluster, &[]));
    cluster.drained(PATIENCE);
    assert_eq!(stage.dirs("student").len(), 2, "of the seed whose teacher failed none began");
    let status = ends(0, &stage.on(&cluster, &["--status"]));
    assert!(status.starts_with("two-rows: 6 runs: 3 finished, 3 failed\n"), "{status}");
    assert!(status.contains("spec.json") && status.contains("/logs/"), "{status}");
    assert!(status.contains(&format!("not started: it needs {teacher}, which failed")), "{status}");
    assert!(!stage.table().is_empty(), "the report covers the others");
    // What failed is submitted again, and nothing else; that such runs are short is known by now.
    fs::remove_dir(&obstacle).unwrap();
    let said = ends(0, &stage.slowly(&cluster, &[]));
    assert!(said.contains("submitted 3 runs as 1 jobs in 1 arrays"), "{said}");
    cluster.drained(PATIENCE);
    assert_eq!(stage.weights(), stage.here());
}

/// Trains for some seconds.
fn long() -> String {
    let longer = EXPERIMENT
        .replace("seeds = [1, 2]", "seeds = [1]")
        .replace("teacher = { epochs = 2", "teacher = { epochs = 400");
    longer.split("[[variant]]\nname = \"wide\"").next().unwrap().to_owned()
}

fn is_training(stage: &Stage) -> bool {
    stage.dirs("teacher").iter().any(|dir| dir.last_path().exists())
}

#[test]
fn a_job_that_is_requeued_goes_on_with_the_same_bits() {
    let Some(cluster) = Cluster::start("") else { return };
    let stage = Stage::set(&long());
    ends(0, &stage.slowly(&cluster, &[]));
    assert!(until(PATIENCE, || is_training(&stage)));
    let job = cluster.queue().into_iter().find(|line| line.contains("RUNNING")).unwrap();
    let job = job.split(' ').next().unwrap().to_owned();
    // Told to stop, as by a limit or a preemption, it checkpoints, says so by its exit code, and is requeued by its script.
    cluster.say("scancel", &["--signal=USR1", &job]);
    let stopped = |dir: &RunDir| dir.events().unwrap().iter().any(|event| matches!(event, Event::Stopped { .. }));
    assert!(until(PATIENCE, || stage.dirs("teacher").iter().any(stopped)), "{:?}", cluster.queue());
    let restarted = || cluster.say("scontrol", &["show", "job", &job]).contains("Restarts=1");
    assert!(until(PATIENCE, restarted), "{}", cluster.say("scontrol", &["show", "job", &job]));
    // And once more without a word.
    let running = || {
        cluster.hasten();
        cluster.queue().iter().any(|line| line.contains("RUNNING"))
    };
    assert!(until(PATIENCE, running), "{:?}", cluster.queue());
    cluster.say("scontrol", &["requeue", &job]);
    cluster.drained(PATIENCE);
    assert_eq!(stage.weights(), stage.here());
    let logs = stage.submissions()[0].join("logs").join(format!("{job}.log"));
    let log = read(&logs);
    assert!(log.contains("told to stop") && log.contains("resumes"), "{log}");
}

#[test]
fn a_time_limit_that_strikes_costs_nothing_but_time() {
    if std::env::var_os("CORRKD_LONG_TESTS").is_none_or(|value| value != "1") {
        eprintln!("skipped: a limit of a minute takes minutes; CORRKD_LONG_TESTS=1");
        return;
    }
    let Some(cluster) = Cluster::start("") else { return };
    let stage = Stage::set(&long().replace("epochs = 400", "epochs = 20000"));
    ends(0, &stage.slowly(&cluster, &["--time", "00:01:00"]));
    let again = || {
        cluster.hasten();
        stage.dirs("teacher").iter().any(|dir| {
            let resumed = |event: &Event| matches!(event, Event::Started { resumed_from: Some(1..), .. });
            dir.events().unwrap().iter().any(resumed)
        })
    };
    assert!(until(PATIENCE, again), "{:?}", cluster.queue());
}

#[test]
fn cancel_ends_what_was_submitted_and_nothing_else() {
    let Some(cluster) = Cluster::start("") else { return };
    let stage = Stage::set(&long());
    let other = cluster.command("sbatch").args(["--parsable", "--hold", "--wrap=true", "--job-name=another"]).output();
    let other = String::from_utf8(other.unwrap().stdout).unwrap().trim().to_owned();
    assert_eq!(stage.on(&cluster, &["--cancel"]).status.code(), Some(2), "nothing was submitted");
    ends(0, &stage.slowly(&cluster, &[]));
    assert!(until(PATIENCE, || is_training(&stage)));
    ends(0, &stage.on(&cluster, &["--cancel"]));
    assert!(until(PATIENCE, || cluster.queue().len() == 1), "{:?}", cluster.queue());
    assert!(cluster.queue()[0].starts_with(&format!("{other} ")));
    // What was trained stays, and the same command goes on.
    cluster.say("scancel", &[&other]);
    ends(0, &stage.slowly(&cluster, &[]));
    cluster.drained(PATIENCE);
    assert_eq!(stage.weights(), stage.here());
}

#[test]
fn a_limit_on_submissions_ends_with_what_was_submitted() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::set(EXPERIMENT);
    // Slurm's commands played: the second array is one too many.
    script(folder.path(), "squeue", "exit 0");
    script(folder.path(), "scontrol", "echo 'MaxArraySize = 1001'");
    let refusal = "echo 'sbatch: error: AssocMaxSubmitJobLimit' >&2; exit 1";
    let sbatch = format!(
        "echo x >> {0}/calls; [ $(wc -l < {0}/calls) -gt 1 ] && {{ {refusal}; }}; echo '41;main'",
        folder.path().display()
    );
    script(folder.path(), "sbatch", &sbatch);
    let submit = || {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("corrkd"));
        command.env("PATH", format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap()));
        let slow = stage.slow().display().to_string();
        stage.ablate(command, &["--slurm", "--program", &slow])
    };
    let said = ends(75, &submit());
    assert!(said.contains("submitted 2 of 6 jobs") && said.contains("AssocMaxSubmitJobLimit"), "{said}");
    assert!(said.contains("the same command submits the others"), "{said}");
    assert_eq!(read(&stage.submissions()[0].join("submitted.tsv")), "0\t41\n");
    // The teachers are on their way: their students wait for them by their numbers.
    script(
        folder.path(),
        "squeue",
        "echo '41|0|PENDING|corrkd-two-rows-teacher|(Resources)'; echo '41|1|PENDING|corrkd-two-rows-teacher|(Resources)'",
    );
    script(folder.path(), "sbatch", &format!("echo \"$@\" >> {}/again; echo 50", folder.path().display()));
    ends(0, &submit());
    let again = read(&folder.path().join("again"));
    assert!(again.contains("afterok:41_0 ") && again.contains("afterok:41_1 "), "{again}");
    assert!(again.lines().last().unwrap().contains("afterany:50:50:41"), "{again}");
    // Any other refusal is an error of its own.
    script(folder.path(), "squeue", "exit 0");
    script(folder.path(), "sbatch", "echo 'sbatch: error: invalid partition specified: gpu' >&2; exit 1");
    let said = ends(2, &submit());
    assert!(said.contains("invalid partition specified: gpu") && said.contains("--job-name"), "{said}");
    script(folder.path(), "sbatch", "echo nonsense");
    assert!(ends(2, &submit()).contains("said `nonsense`, expected a job's number"));
}

fn script(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
