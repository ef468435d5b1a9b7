//! `cargo xtask bench run`: whole trainings of methods, as an experiment runs them, and what each part of the work took.

use crate::{checkout, records, table::Table};
use anyhow::{Context, Result, bail};
use corrkd_config::{Exit, Failure};
use corrkd_system::{err, to_out};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Stdio},
    thread::available_parallelism,
    time::Instant,
};

#[derive(clap::Args)]
pub(super) struct Run {
    /// The methods, as their settings call them
    #[arg(value_name = "METHOD", default_value = "corrkd")]
    methods: Vec<String>,
}

impl Run {
    /// Trains each method on generated data of MOSI's size by its published settings, a run after the other on one thread each,
    /// and prints where the time went.
    ///
    /// # Errors
    /// Exit code 2 for a method that there is not, 1 if a run fails.
    pub(super) fn measure(&self, corrkd: &Path) -> Result<(), Failure> {
        let folder = checkout().join("target/bench/run");
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        for method in &self.methods {
            err(format_args!("training {method}"));
            let start = Instant::now();
            let file = folder.join(format!("{method}.toml"));
            fs::write(&file, experiment(method)).with_context(|| file.display().to_string())?;
            let runs = folder.join(method);
            train(corrkd, &file, &runs)?;
            let seconds = start.elapsed().as_secs_f64();
            to_out(&Spent { method, seconds, stages: stages(&runs)? }).context("cannot say the figures")?;
        }
        Ok(())
    }
}

/// One row and one seed, on data that no one needs to have.
fn experiment(method: &str) -> String {
    format!(
        "title = \"Where the time of a training goes\"\ndataset = \"synthetic\"\nsize = \"mosi\"\nseeds = [1]\nreference = \"it\"\n\n\
         [[variant]]\nname = \"it\"\nmethod = \"{method}\"\n"
    )
}

/// Has `corrkd` do it from the start; its data are made once. Runs of another version of the code would stand beside.
///
/// # Errors
/// Exit code 2 for an experiment that cannot be used, 1 if a run fails.
pub(super) fn train(corrkd: &Path, experiment: &Path, runs: &Path) -> Result<(), Failure> {
    for run in records::runs(runs)? {
        fs::remove_dir_all(&run).with_context(|| run.display().to_string())?;
    }
    // As many jobs as cores: then each has one thread.
    let jobs = available_parallelism().map_or(1, usize::from);
    let mut command = Command::new(corrkd);
    command.arg("ablate").arg(experiment).arg("--runs").arg(runs).args(["--plain", "--jobs"]);
    let status = command.arg(jobs.to_string()).stdout(Stdio::null()).status();
    let status = status.with_context(|| format!("cannot start {}", corrkd.display()))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(2) => Err(Failure::new(Exit::Input, anyhow::anyhow!("`corrkd ablate` cannot use the method's name"))),
        _ => Err(anyhow::anyhow!("`corrkd ablate` failed ({status})").into()),
    }
}

/// The seconds of each part, by the stage of a method.
type Stages = BTreeMap<String, BTreeMap<String, f64>>;

/// What the runs in a folder say.
fn stages(runs: &Path) -> Result<Stages> {
    let mut stages = Stages::new();
    for run in records::runs(runs)? {
        let stage: Value = records::read(&run.join("spec.json"))?;
        let stage = stage["job"]["stage"].as_str().context("a run without a stage")?.to_owned();
        stages.insert(stage, records::spent(&run)?);
    }
    match stages.is_empty() {
        true => bail!("no run in {}", runs.display()),
        false => Ok(stages),
    }
}

/// A method's time by part.
struct Spent<'a> {
    method: &'a str,
    /// From the command's start to its end, its report included.
    seconds: f64,
    stages: Stages,
}

impl std::fmt::Display for Spent<'_> {
    /// The parts in the order of what they took in all stages.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let header = self.stages.keys().flat_map(|stage| [stage.as_str(), "%"]);
        let mut table = Table::new(&[self.method].into_iter().chain(header).collect::<Vec<_>>());
        let of = |part: &str| self.stages.values().filter_map(|parts| parts.get(part)).sum::<f64>();
        let parts: BTreeSet<&String> = self.stages.values().flat_map(BTreeMap::keys).collect();
        let mut parts: Vec<&String> = parts.into_iter().collect();
        parts.sort_by(|a, b| of(b).total_cmp(&of(a)));
        for part in parts {
            let cells = self.stages.values().flat_map(|parts| {
                let (seconds, all) = (parts.get(part).copied().unwrap_or(0.0), parts.values().sum::<f64>());
                [format!("{seconds:.2} s"), format!("{:.1}", 100.0 * seconds / all)]
            });
            table.push([part.clone()].into_iter().chain(cells).collect());
        }
        let all =
            self.stages.values().flat_map(|parts| [format!("{:.1} s", parts.values().sum::<f64>()), String::new()]);
        table.push(["all".to_owned()].into_iter().chain(all).collect());
        write!(f, "{table}\n{:.1} s from the command to its report\n", self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_part_comes_first() {
        let stages = Stages::from([
            ("student".to_owned(), [("test".to_owned(), 1.0), ("step".to_owned(), 3.0)].into()),
            ("teacher".to_owned(), [("step".to_owned(), 0.5)].into()),
        ]);
        let said = Spent { method: "corrkd", seconds: 5.0, stages }.to_string();
        let expected = "corrkd  student     %  teacher      %\n\
                        step     3.00 s  75.0   0.50 s  100.0\n\
                        test     1.00 s  25.0   0.00 s    0.0\n\
                        all       4.0 s          0.5 s\n\n\
                        5.0 s from the command to its report\n";
        assert_eq!(said, expected);
    }

    /// A run's record is read as it is written.
    #[test]
    fn what_a_run_says_of_its_time_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("student-s1");
        fs::create_dir(&run).unwrap();
        assert!(stages(folder.path()).unwrap_err().to_string().starts_with("no run in"));
        fs::write(run.join("spec.json"), "{\"job\": {\"stage\": \"student\"}}").unwrap();
        let event =
            corrkd_record::Event::Finished { best_epoch: 1, seconds: 2.0, spent: [("data".to_owned(), 0.5)].into() };
        fs::write(run.join("events.jsonl"), format!("{{}}\n{}\n", serde_json::to_string(&event).unwrap())).unwrap();
        assert_eq!(stages(folder.path()).unwrap()["student"]["data"], 0.5);
    }
}
