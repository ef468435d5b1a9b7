//! `--tensorboard`: the losses, the validation and the gradient's norm of each run as an event file that TensorBoard reads.
//!
//! A file is a function of its run's `events.jsonl`. It is brought up to date after each epoch, by what is lacking at its end,
//! since TensorBoard holds it open; what is anything else is replaced. So the same command again changes nothing.

mod event;
mod record;

use crate::{
    failure::{Failure, OrExit},
    sweep,
    tasks::Tasks,
};
use anyhow::Context;
use corrkd_config::{Exit, Plan, PlannedRun};
use corrkd_record::{Event, RunDir};
use corrkd_system::replace;
use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

/// TensorBoard looks for `tfevents` in a name.
const FILE: &str = "events.out.tfevents.corrkd";
/// More than any run has.
const LIMIT: u64 = 1 << 30;

/// The event files of an experiment's runs.
pub(crate) struct Board {
    runs: Vec<Shown>,
}

/// A run under one of its names.
struct Shown {
    task: usize,
    dir: RunDir,
    file: PathBuf,
}

impl Board {
    /// Makes `DIR/NAME/ROW/seedN` for each run of a plan (`seedN-foldN` where there are folds; of one that is no row's, its
    /// stage's name), and writes what the runs have said so far.
    ///
    /// # Errors
    /// Exit code 2 where nothing can be written there.
    pub(crate) fn open(folder: &Path, name: &str, plan: &Plan, tasks: &Tasks) -> Result<Self, Failure> {
        let labels = sweep::labels(plan);
        let of = |(place, (run, &task)): (usize, (&PlannedRun, &usize))| {
            let row = run.row.as_ref().unwrap_or(&labels[place % labels.len()]);
            let fold = run.fold.map(|fold| format!("-fold{}", fold + 1)).unwrap_or_default();
            let file = folder.join(name).join(component(row)).join(format!("seed{}{fold}", run.seed)).join(FILE);
            Shown { task, dir: tasks.list[task].dir.clone(), file }
        };
        let board = Self { runs: plan.runs.iter().zip(&tasks.of_run).enumerate().map(of).collect() };
        for shown in &board.runs {
            let folder = shown.file.parent().unwrap_or(folder);
            fs::create_dir_all(folder)
                .with_context(|| format!("--tensorboard: cannot make {}", folder.display()))
                .or_exit(Exit::Input)?;
            // Events that cannot be read are those of a run that will be had again.
            shown.dir.events().map_or(Ok(()), |events| shown.put(&events)).or_exit(Exit::Input)?;
        }
        Ok(board)
    }

    /// Writes what a run has said since. Where that fails it is tried again [at the end](Self::complete).
    pub(crate) fn update(&self, task: usize) {
        self.runs.iter().filter(|shown| shown.task == task).for_each(|shown| _ = shown.write());
    }

    /// Writes what all runs have said.
    ///
    /// # Errors
    /// Exit code 3 where it cannot be written.
    pub(crate) fn complete(&self) -> Result<(), Failure> {
        self.runs.iter().try_for_each(Shown::write).or_exit(Exit::Data)
    }
}

impl Shown {
    fn write(&self) -> anyhow::Result<()> {
        self.put(&self.dir.events()?)
    }

    fn put(&self, events: &[Event]) -> anyhow::Result<()> {
        let Some(bytes) = event::file(events) else { return Ok(()) };
        let written = match corrkd_system::read(&self.file, LIMIT) {
            Ok(old) if !old.is_empty() && bytes.starts_with(&old) => {
                File::options().append(true).open(&self.file).and_then(|mut file| file.write_all(&bytes[old.len()..]))
            }
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => replace(&self.file, &bytes),
        };
        written.with_context(|| format!("--tensorboard: cannot write {}", self.file.display()))
    }
}

/// A row's name as that of a folder, no two alike.
fn component(name: &str) -> String {
    let escaped = |(at, c): (usize, char)| match c {
        '/' | '\\' | '%' => format!("%{:02X}", u32::from(c)),
        '.' if at == 0 => "%2E".to_owned(),
        c => c.to_string(),
    };
    name.char_indices().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_folder_and_its_own() {
        let names = ["full", "..", "a/b", "a%2Fb", "a\\b", ".hidden", "student.learning_rate=1e-3"];
        let folders = names.map(component);
        assert_eq!(folders, ["full", "%2E.", "a%2Fb", "a%252Fb", "a%5Cb", "%2Ehidden", "student.learning_rate=1e-3"]);
        assert!(folders.iter().all(|folder| Path::new("d").join(folder).parent() == Some(Path::new("d"))));
    }
}
