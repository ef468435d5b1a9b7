//! Sweeps that are larger than anybody's: what planning, writing and looking through them takes. Linux says how much memory that was.
#![cfg(target_os = "linux")]

use super::{Submission, Times};
use crate::{inbox::Inbox, made::Made, sweep, tasks::Tasks};
use corrkd_config::{
    ConfigError, Cuts, Device, Experiment, Kernels, Labels, MethodPlan, Plan, Protocol, Scale, Slurm, Stage,
};
use corrkd_record::{Environment, Lacking, Prepared, RunDir, RunResult, RunSpec, Runs, SplitSizes, digest};
use std::{collections::BTreeMap, env, fs, path::Path, time::Instant};

const SAMPLES: SplitSizes = SplitSizes { train: 1, valid: 1, test: 1 };

/// A teacher, and a student that needs it.
struct Two;

impl MethodPlan for Two {
    fn name(&self) -> &'static str {
        "two"
    }

    fn defaults(&self) -> toml::Table {
        toml::from_str("margin = 1.0").unwrap()
    }

    fn stages(&self, _: &str, settings: toml::Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let stage = |name, settings, needs| Stage {
            name,
            training: "training",
            settings,
            sees_missing: false,
            needs,
            is_part: false,
        };
        Ok(vec![stage("teacher", toml::Table::new(), vec![]), stage("student", settings, vec![0])])
    }
}

/// Four rows: five runs for each seed.
fn experiment(seeds: u64) -> Experiment {
    let seeds: Vec<String> = (0..seeds).map(|seed| seed.to_string()).collect();
    let rows: String =
        (0..4).map(|row| format!("[[variant]]\nname = \"{row}\"\nmethod = \"two\"\nmargin = {row}.5\n")).collect();
    let text = format!("title = \"t\"\ndataset = \"d\"\nseeds = [{}]\nreference = \"0\"\n{rows}", seeds.join(","));
    Experiment::parse(&text, &BTreeMap::new(), &[&Two]).unwrap()
}

fn tasks(experiment: &Experiment, plan: &Plan, runs: &Runs) -> Tasks {
    let code = BTreeMap::from([("two".to_owned(), "v2".to_owned())]);
    let labels = Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() });
    let prepared =
        Prepared { fingerprint: "f".to_owned(), code, labels, aligned: true, samples: SAMPLES, seconds: vec![] };
    Tasks::of(plan, experiment, vec![prepared], Device::Cpu, Kernels::Fused, runs).unwrap()
}

/// The most memory that this process has held, MiB.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// A hundred thousand runs are planned, packed and written in seconds, and in little memory.
#[test]
fn a_hundred_thousand_runs_are_submitted_in_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::open(folder.path()).unwrap();
    let start = Instant::now();
    let experiment = experiment(20_000);
    let plan = Plan::of(&experiment);
    let tasks = tasks(&experiment, &plan, &runs);
    assert_eq!(tasks.list.len(), 100_000);
    let sweep = sweep::of("many", &experiment, &plan, &tasks);
    let inbox = Inbox::open().unwrap();
    let mut times = Times::default();
    let jobs = times.unknown(&plan, &tasks);
    times.add(&jobs, &[100.0; 5]);
    let submission = Submission {
        name: "many",
        tasks: &tasks,
        times: &times,
        sweep: &sweep,
        reports: true,
        slurm: &Slurm::default(),
        runs: &runs,
        data: None,
        program: &env::current_exe().unwrap(),
        inbox: &inbox,
        dry_run: true,
    };
    assert!(submission.submit().unwrap());
    let (seconds, memory) = (start.elapsed().as_secs_f64(), most_memory());
    eprintln!("100,000 runs: {seconds:.1} s, {memory} MiB");
    let [submitted] = &fs::read_dir(folder.path().join("slurm")).unwrap().collect::<Vec<_>>()[..] else { panic!() };
    let lines = fs::read_to_string(submitted.as_ref().unwrap().path().join("plan.tsv")).unwrap().lines().count();
    assert_eq!(lines, 10_001, "two seeds of 500 seconds share a job");
    // Some seconds on an idle core; a busy machine is given its time.
    assert!(seconds < 120.0 && memory < 1024, "{seconds} s, {memory} MiB");
}

/// Ten thousand finished runs, each of whose files is read and proved, and a report that is of them.
#[test]
fn ten_thousand_finished_runs_are_looked_through_in_seconds() {
    // On a disk the files' making would take minutes.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let runs = Runs::open(folder.path()).unwrap();
    let experiment = experiment(2000);
    let plan = Plan::of(&experiment);
    let mut tasks = tasks(&experiment, &plan, &runs);
    for index in 0..tasks.list.len() {
        finish(&tasks.list[index].dir, tasks.spec(index).unwrap());
    }
    let sweep = sweep::of("many", &experiment, &plan, &tasks);
    let (report, program) = (runs.report("many"), env::current_exe().unwrap());
    fs::create_dir_all(&report).unwrap();
    fs::write(report.join("table.txt"), "the table").unwrap();
    Made::of(&sweep, &tasks, &program).unwrap().write(&report).unwrap();

    let start = Instant::now();
    tasks.look(|line| panic!("{line}")).unwrap();
    assert_eq!(tasks.finished(), 10_000);
    let shown = |tasks: &Tasks| Made::of(&sweep, tasks, &program).unwrap().shown(&report);
    assert_eq!(shown(&tasks).as_deref(), Some("the table"));
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("10,000 finished runs: {seconds:.2} s");
    assert!(seconds < 30.0, "{seconds} s");
    // A result or a file of the report that has changed since is another report.
    fs::write(report.join("table.txt"), "the fable").unwrap();
    assert_eq!(shown(&tasks), None);
    Made::of(&sweep, &tasks, &program).unwrap().write(&report).unwrap();
    assert!(shown(&tasks).is_some());
    finish(&tasks.list[7].dir, tasks.spec(7).unwrap());
    assert!(shown(&tasks).is_some(), "the same result is the same report");
    fs::write(tasks.list[7].dir.result_path(), "another").unwrap();
    assert_eq!(shown(&tasks), None);
}

/// What a run leaves behind, without waiting for the disk but for its result.
fn finish(dir: &RunDir, spec: RunSpec) {
    dir.prepare(&spec).unwrap();
    fs::write(dir.events_path(), "").unwrap();
    fs::write(dir.predictions_path(), "predictions").unwrap();
    let environment = Environment {
        cpu: None,
        threads: 1,
        device: "cpu".to_owned(),
        kernels: Kernels::Fused,
        version: "0".to_owned(),
    };
    let result = RunResult {
        id: spec.id(),
        spec,
        training: None,
        test: Vec::new(),
        predictions: digest(&dir.predictions_path()).unwrap(),
        representations: None,
        history: dir.history_hash().unwrap(),
        warnings: Vec::new(),
        samples: SAMPLES,
        lacking: Lacking::default(),
        environment,
    };
    dir.write_result(&result).unwrap();
}
