//! A submission's folder, `RUNS/slurm/EXPERIMENT-STAMP/`: what its jobs read, and what became of it.
//!
//! ```text
//! plan.tsv         a line for each job: the array, its index there, the runs, what they are, and what it waits for
//! runs.jsonl       a line for each run of the experiment: what it is
//! work.json        the jobs that these name, the data, the folders, the device
//! sweep.json       what the report is of
//! task.sh          the script of the arrays; its argument is the array
//! report.sh        the report's
//! corrkd           the program
//! submitted.tsv    each array with the job that it became; written as they are submitted
//! logs/            of each job, and of the report
//! failed/          of each run that its job could not finish, why
//! ```

use super::element::{Before, Element, JobId};
use crate::failure::{Failure, OrExit};
use crate::tasks::{Head, Tasks, Written};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use corrkd_record::{RunId, Runs, Sweep};
use corrkd_system::{WholeFile, open, read, replace};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

/// More than a submission's head has.
const LIMIT: u64 = 1 << 30;
/// The name of the report's job among those that were submitted.
pub(super) const REPORT: &str = "report";

/// `work.json`.
#[derive(Serialize, Deserialize)]
pub(super) struct Work {
    /// The experiment.
    pub(super) experiment: String,
    /// The folder of all runs.
    pub(super) runs: PathBuf,
    /// The recordings.
    pub(super) data: Option<PathBuf>,
    /// What runs are made of.
    pub(super) head: Head,
}

/// A line of `plan.tsv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) array: usize,
    pub(super) index: usize,
    pub(super) runs: Vec<RunId>,
}

/// A submission's folder.
#[derive(Clone, Debug)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// Makes a new one; no other has its name.
    ///
    /// # Errors
    /// Exit code 3.
    pub(super) fn create(runs: &Runs, name: &str, stamp: &str) -> Result<Self, Failure> {
        let parent = runs.path().join("slurm");
        let cannot = || format!("{}: cannot make a folder in it", parent.display());
        let made = || -> io::Result<PathBuf> {
            fs::create_dir_all(&parent)?;
            let mut path = parent.join(format!("{name}-{stamp}"));
            for more in 2.. {
                match fs::create_dir(&path) {
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                        path = parent.join(format!("{name}-{stamp}-{more}"));
                    }
                    made => return made.map(|()| path),
                }
            }
            Ok(path)
        };
        let path = made().and_then(|path| {
            ["logs", "failed"].iter().try_for_each(|name| fs::create_dir(path.join(name)))?;
            path.canonicalize()
        });
        path.map(Self).with_context(cannot).or_exit(Exit::Data)
    }

    /// Those that there are of an experiment, or of all, the earliest first.
    pub(super) fn all(runs: &Runs) -> Vec<Self> {
        let entries = fs::read_dir(runs.path().join("slurm")).into_iter().flatten().flatten();
        let mut folders: Vec<(Option<std::time::SystemTime>, PathBuf)> = entries
            .map(|entry| entry.path())
            .filter(|path| path.join("work.json").is_file())
            .map(|path| (path.metadata().and_then(|folder| folder.modified()).ok(), path))
            .collect();
        folders.sort();
        folders.into_iter().map(|(_, path)| Self(path)).collect()
    }

    /// Writes what the jobs read.
    ///
    /// # Errors
    /// Exit code 3.
    pub(super) fn write(
        &self,
        work: &Work,
        tasks: &Tasks,
        (elements, arrays): (&[Element], &[Vec<usize>]),
        sweep: &Sweep,
    ) -> Result<(), Failure> {
        let cannot = || format!("{}: cannot write into it", self.0.display());
        let all = || -> anyhow::Result<()> {
            replace(&self.0.join("work.json"), &serde_json::to_vec(work)?)?;
            let mut lines = self.whole("runs.jsonl")?;
            for run in tasks.written() {
                serde_json::to_writer(&mut lines, &run)?;
                lines.write_all(b"\n")?;
            }
            published(lines)?;
            let mut lines = self.whole("plan.tsv")?;
            plan(&mut lines, tasks, elements, arrays)?;
            published(lines)?;
            Ok(sweep.write(&self.0)?)
        };
        all().with_context(cannot).or_exit(Exit::Data)
    }

    /// Gives the folder the program, as it is now: a later build is another.
    ///
    /// # Errors
    /// Exit code 3.
    pub(super) fn take(&self, program: &Path) -> Result<PathBuf, Failure> {
        let own = self.0.join("corrkd");
        // Where the folder lies on another disk there are two.
        let linked = fs::hard_link(program, &own).or_else(|_| fs::copy(program, &own).map(|_| ()));
        linked.with_context(|| format!("{}: cannot copy the program there", own.display())).or_exit(Exit::Data)?;
        Ok(own)
    }

    /// Writes a script.
    ///
    /// # Errors
    /// Exit code 3.
    pub(super) fn script(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.0.join(name);
        let written = replace(&path, text.as_bytes());
        written.with_context(|| format!("{}: cannot write it", path.display())).or_exit(Exit::Data)?;
        Ok(path)
    }

    /// Writes down that a job could not finish a run; none: that it tries it again.
    ///
    /// # Errors
    /// Exit code 3.
    pub(super) fn fail(&self, run: &RunId, reason: Option<&str>) -> Result<(), Failure> {
        let path = self.0.join("failed").join(run.as_str());
        let done = match reason {
            Some(reason) => replace(&path, reason.as_bytes()),
            None => match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        };
        done.with_context(|| format!("{}: cannot write it", path.display())).or_exit(Exit::Data)
    }

    /// Why a job could not finish a run, where it said so.
    pub(super) fn failed(&self, run: &RunId) -> Option<String> {
        let bytes = read(&self.0.join("failed").join(run.as_str()), LIMIT).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes down which job an array became, or the report.
    ///
    /// # Errors
    /// Exit code 3.
    pub(super) fn submitted(&self, array: &str, job: u64) -> Result<(), Failure> {
        let path = self.0.join("submitted.tsv");
        let add = || -> io::Result<()> {
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(format!("{array}\t{job}\n").as_bytes())?;
            file.sync_all()
        };
        let cannot = || format!("{}: cannot write that array {array} is job {job}", path.display());
        add().with_context(cannot).or_exit(Exit::Data)
    }

    /// The jobs that the arrays became, and the report's.
    pub(super) fn jobs(&self) -> (BTreeMap<usize, u64>, Option<u64>) {
        let text = read(&self.0.join("submitted.tsv"), LIMIT).unwrap_or_default();
        let (mut arrays, mut report) = (BTreeMap::new(), None);
        for line in String::from_utf8_lossy(&text).lines() {
            let Some((array, Ok(job))) = line.split_once('\t').map(|(array, job)| (array, job.parse::<u64>())) else {
                continue;
            };
            match array.parse() {
                Ok(array) => _ = arrays.insert(array, job),
                Err(_) if array == REPORT => report = Some(job),
                Err(_) => {}
            }
        }
        (arrays, report)
    }

    /// What the jobs read first.
    ///
    /// # Errors
    /// Exit code 3.
    pub(super) fn work(&self) -> Result<Work, Failure> {
        let path = self.0.join("work.json");
        let work = || -> anyhow::Result<Work> { Ok(serde_json::from_slice(&read(&path, LIMIT)?)?) };
        work().with_context(|| path.display().to_string()).or_exit(Exit::Data)
    }

    /// The plan, a line at a time.
    ///
    /// # Errors
    /// Exit code 3 where there is none.
    pub(super) fn plan(&self) -> Result<impl Iterator<Item = Line>, Failure> {
        Ok(self.lines("plan.tsv")?.filter_map(|line| parsed(&line)))
    }

    /// The runs of the experiment, one at a time.
    ///
    /// # Errors
    /// Exit code 3 where there are none.
    pub(super) fn runs(&self) -> Result<impl Iterator<Item = Written>, Failure> {
        Ok(self.lines("runs.jsonl")?.filter_map(|line| serde_json::from_str(&line).ok()))
    }

    /// The elements that were submitted, with their runs.
    ///
    /// # Errors
    /// Exit code 3 where there is no plan.
    pub(super) fn elements(&self) -> Result<Vec<(JobId, Vec<RunId>)>, Failure> {
        let (arrays, _) = self.jobs();
        let job = |line: Line| Some((JobId { array: *arrays.get(&line.array)?, index: line.index }, line.runs));
        Ok(self.plan()?.filter_map(job).collect())
    }

    fn lines(&self, name: &str) -> Result<impl Iterator<Item = String>, Failure> {
        let path = self.0.join(name);
        let file = open(&path).with_context(|| path.display().to_string()).or_exit(Exit::Data)?;
        Ok(BufReader::new(file).lines().map_while(Result::ok))
    }

    fn whole(&self, name: &str) -> io::Result<BufWriter<WholeFile>> {
        Ok(BufWriter::new(WholeFile::create(&self.0.join(name))?))
    }
}

fn published(lines: BufWriter<WholeFile>) -> anyhow::Result<()> {
    lines.into_inner().map_err(|error| anyhow!("{error}"))?.publish()?;
    Ok(())
}

/// The plan's lines.
fn plan(lines: &mut impl Write, tasks: &Tasks, elements: &[Element], arrays: &[Vec<usize>]) -> io::Result<()> {
    let mut of: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (array, places) in arrays.iter().enumerate() {
        places.iter().enumerate().for_each(|(index, &place)| _ = of.insert(place, (array, index)));
    }
    writeln!(lines, "array\tindex\truns\twhat\tseeds\tminutes\tafter")?;
    for (array, places) in arrays.iter().enumerate() {
        for (index, &place) in places.iter().enumerate() {
            let Element { runs, after, seconds } = &elements[place];
            let ids = runs.iter().map(|&run| tasks.list[run].id.to_string()).collect::<Vec<_>>().join(",");
            let what = distinct(runs.iter().map(|&run| tasks.list[run].row.clone()));
            let seeds = distinct(runs.iter().map(|&run| {
                let task = &tasks.list[run];
                let fold = task.fold.as_ref().map(|fold| format!("/{fold}"));
                format!("{}{}", task.seed, fold.unwrap_or_default())
            }));
            let minutes = seconds.map_or("-".to_owned(), |seconds| format!("{:.1}", seconds / 60.0));
            let after = after.iter().map(|before| match before {
                Before::Here(place) => of.get(place).map_or(String::new(), |(array, index)| format!("{array}:{index}")),
                Before::Queued(job, _) => job.to_string(),
            });
            let after = distinct(after);
            let after = if after.is_empty() { "-" } else { &after };
            writeln!(lines, "{array}\t{index}\t{ids}\t{what}\t{seeds}\t{minutes}\t{after}")?;
        }
    }
    Ok(())
}

/// Each once, in their order.
fn distinct(texts: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    texts.for_each(|text| {
        if !all.contains(&text) {
            all.push(text);
        }
    });
    all.join(",")
}

fn parsed(line: &str) -> Option<Line> {
    let mut parts = line.split('\t');
    let mut next = || parts.next();
    let (array, index) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let runs = next()?.split(',').map(|id| id.parse().ok()).collect::<Option<Vec<_>>>()?;
    Some(Line { array, index, runs })
}

/// Looks through a folder: on a shared disk that brings what another machine has written.
pub(super) fn refresh(folder: &Path) {
    let _ = fs::read_dir(folder).map(Iterator::count);
}
