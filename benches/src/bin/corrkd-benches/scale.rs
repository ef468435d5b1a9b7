//! `cargo xtask bench scale`: what an epoch of training, what follows it and a report take on generated data of CMU-MOSEI's size
//! and of several times that.

mod picture;

use crate::{checkout, duration::duration, process::Process, records, run::train, table::Table};
use anyhow::{Context, Result};
use corrkd_config::Failure;
use corrkd_system::{err, out, to_out};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Sizes of generated data, and how many times MOSEI's they are.
const SIZES: [(&str, u32); 3] = [("mosei", 1), ("mosei-x4", 4), ("mosei-x16", 16)];

/// What is told of a student's run: a name, and the parts of its time that belong to it.
const OF_THE_RUN: [(&str, &[&str]); 4] = [
    ("opening, with the teacher's answers", &["opening"]),
    ("training epoch", &["batches", "step"]),
    ("validation", &["validation"]),
    ("test", &["test"]),
];

/// What no process may hold.
const LIMIT: u64 = 4 << 30;

#[derive(clap::Args)]
pub(super) struct Scale {
    /// The sizes
    #[arg(value_name = "SIZE", default_values = SIZES.map(|(name, _)| name), value_parser = SIZES.map(|(name, _)| name))]
    sizes: Vec<String>,
}

impl Scale {
    /// Measures, prints a table, and writes the figures to target/bench/scale.json and a picture of them beside. A size's data
    /// are made for it and removed behind it.
    ///
    /// # Errors
    /// If a command fails or a file cannot be written.
    pub(super) fn measure(&self, corrkd: &Path) -> Result<(), Failure> {
        let folder = checkout().join("target/bench");
        let mut growth = Growth::default();
        for (size, times) in SIZES {
            if self.sizes.iter().any(|chosen| chosen == size) {
                err(format_args!("{size}: generating, training, reporting"));
                growth.points.push(Point::measured(corrkd, &folder.join("scale"), size, times)?);
            }
        }
        let [figures, picture] = ["scale.json", "scale.svg"].map(|name| folder.join(name));
        let text = serde_json::to_string_pretty(&growth).context("the figures")?;
        fs::write(&figures, text + "\n").with_context(|| figures.display().to_string())?;
        fs::write(&picture, picture::svg(&growth)?).with_context(|| picture.display().to_string())?;
        to_out(&growth).context("cannot say the figures")?;
        out(format_args!("picture: {}", picture.display())).context("cannot say where the picture is")?;
        Ok(())
    }
}

/// One size.
#[derive(Serialize)]
struct Point {
    size: String,
    /// MOSEI's, so many times.
    times: u32,
    /// Seconds of each work.
    seconds: Vec<(&'static str, f64)>,
    /// The most bytes that each process held, where the system tells.
    memory: Vec<(&'static str, Option<u64>)>,
}

impl Point {
    fn measured(corrkd: &Path, folder: &Path, size: &str, times: u32) -> Result<Self, Failure> {
        let runs = folder.join(size);
        clear(&runs)?;
        fs::create_dir_all(&runs).with_context(|| runs.display().to_string())?;
        let file = folder.join(format!("{size}.toml"));
        fs::write(&file, experiment(size)).with_context(|| file.display().to_string())?;
        train(corrkd, &file, &runs)?;
        let student = student(&runs)?;
        let spent = records::spent(&student)?;
        let held = records::read(&student.join("result.json"))?["training"]["memory"].as_u64();
        let report = Process::run(Command::new(corrkd).arg("report").args([runs.as_os_str(), size.as_ref()]))?;
        let mut seconds: Vec<_> = OF_THE_RUN.map(|(name, parts)| (name, sum(&spent, parts))).into();
        seconds.push(("report", report.seconds));
        let memory = vec![("a run", held), ("report", report.memory)];
        // Gibibytes.
        clear(&runs)?;
        Ok(Self { size: size.to_owned(), times, seconds, memory })
    }
}

/// Removes a folder, where it is there.
fn clear(folder: &Path) -> Result<()> {
    match folder.exists() {
        true => fs::remove_dir_all(folder).with_context(|| folder.display().to_string()),
        false => Ok(()),
    }
}

/// A teacher and a student of one epoch each, by their published settings otherwise.
fn experiment(size: &str) -> String {
    format!(
        "title = \"How time and memory grow\"\ndataset = \"synthetic\"\nsize = \"{size}\"\nseeds = [1]\nreference = \"it\"\n\
         teacher.epochs = 1\nstudent.epochs = 1\n\n[[variant]]\nname = \"it\"\n"
    )
}

/// The student's run.
fn student(runs: &Path) -> Result<PathBuf> {
    for run in records::runs(runs)? {
        if records::read(&run.join("spec.json"))?["job"]["stage"] == "student" {
            return Ok(run);
        }
    }
    anyhow::bail!("no student in {}", runs.display())
}

/// The seconds of parts and of parts of them.
fn sum(spent: &BTreeMap<String, f64>, parts: &[&str]) -> f64 {
    let belongs = |name: &str| parts.contains(&name.split(':').next().unwrap_or_default());
    spent.iter().filter(|(name, _)| belongs(name)).map(|(_, seconds)| seconds).sum()
}

/// All sizes, the smallest first.
#[derive(Default, Serialize)]
struct Growth {
    points: Vec<Point>,
}

impl fmt::Display for Growth {
    /// Behind each line of times how much more a sample takes at the largest size than at the smallest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [Some(first), Some(last)] = [self.points.first(), self.points.last()] else { return Ok(()) };
        let sizes = self.points.iter().map(|point| point.size.as_str());
        let mut table =
            Table::new(&[""].into_iter().chain(sizes).chain(["a sample's, last / first"]).collect::<Vec<_>>());
        for (i, (name, least)) in first.seconds.iter().enumerate() {
            let each = last.seconds[i].1 / least * f64::from(first.times) / f64::from(last.times);
            let cells = self.points.iter().map(|point| duration(point.seconds[i].1));
            table.push([(*name).to_owned()].into_iter().chain(cells).chain([format!("{each:.2}")]).collect());
        }
        for (i, (name, _)) in first.memory.iter().enumerate() {
            let cells = self.points.iter().map(|point| match point.memory[i].1 {
                Some(bytes) => format!("{} MiB", bytes >> 20),
                None => "unknown".to_owned(),
            });
            table.push([format!("most memory, {name}")].into_iter().chain(cells).chain([String::new()]).collect());
        }
        let held = self.points.iter().flat_map(|point| &point.memory).filter_map(|(_, bytes)| *bytes).max();
        let verdict = held.map_or("", |held| if held <= LIMIT { "within 4 GiB" } else { "more than 4 GiB" });
        writeln!(f, "{table}{verdict}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn growth() -> Growth {
        let point = |size: &str, times: u32, epoch: f64, memory| Point {
            size: size.to_owned(),
            times,
            seconds: vec![("training epoch", epoch), ("report", 2.0 * f64::from(times))],
            memory: vec![("a run", memory)],
        };
        Growth { points: vec![point("mosei", 1, 10.0, Some(1 << 29)), point("mosei-x16", 16, 200.0, Some(5 << 30))] }
    }

    #[test]
    fn what_a_sample_takes_more_is_told() {
        let said = growth().to_string();
        let lines: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["training", "epoch", "10.0", "s", "200", "s", "1.25"]);
        assert_eq!(lines[2], ["report", "2.00", "s", "32.0", "s", "1.00"]);
        assert_eq!(lines[3], ["most", "memory,", "a", "run", "512", "MiB", "5120", "MiB"]);
        assert_eq!(lines[4], ["more", "than", "4", "GiB"]);
    }

    #[test]
    fn parts_of_parts_count() {
        let spent = [("step", 1.0), ("step: backward", 2.0), ("stepping", 4.0), ("batches", 8.0), ("test", 16.0)];
        let spent = spent.map(|(name, seconds)| (name.to_owned(), seconds)).into();
        assert_eq!(sum(&spent, OF_THE_RUN[1].1), 11.0);
    }
}
