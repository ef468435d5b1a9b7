//! `corrkd work`: what a job of a cluster does.

use super::{
    folder::{Folder, REPORT, Work as Head, refresh},
    status::failure,
};
use crate::{
    failure::{Failure, OrExit},
    inbox::Inbox,
    pool::Pool,
    program::{Program, ended},
    progress::Progress,
    tasks::{State, Tasks, Written},
    turn,
};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use corrkd_record::{RunDir, RunId, Runs, Sweep};
use corrkd_system::err;
use std::{
    collections::BTreeSet,
    env,
    path::PathBuf,
    time::{Duration, Instant},
};

/// How long what another machine has written may take to appear.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked for.
const PAUSE: Duration = Duration::from_secs(1);

/// Do one job of a cluster: the runs that a line of FOLDER/plan.tsv names, or the report.
#[derive(clap::Args)]
pub struct Work {
    /// The submission's folder
    folder: PathBuf,
    /// The array, or `report`
    array: String,
    /// The index in it
    index: Option<usize>,
}

impl Work {
    /// Does it.
    ///
    /// # Errors
    /// As the exit codes say; 75 where it was told to stop.
    pub fn run(self) -> Result<(), Failure> {
        let inbox = Inbox::of_a_job()?;
        let folder = Folder(self.folder);
        let job = Job { inbox, folder };
        match (self.array.as_str(), self.array.parse(), self.index) {
            (REPORT, _, None) => job.report(),
            (_, Ok(array), Some(index)) => job.element(array, index),
            (array, ..) => {
                let error = anyhow!("`{array}` and an index, expected an array's number and an index, or `{REPORT}`");
                Err(Failure::new(Exit::Input, error))
            }
        }
    }
}

/// A job at work.
struct Job {
    inbox: Inbox,
    folder: Folder,
}

impl Job {
    /// The runs of an element, one after another.
    fn element(&self, array: usize, index: usize) -> Result<(), Failure> {
        let (head, runs) = self.head()?;
        let own = self.patiently(|| {
            let mut lines = self.folder.plan().ok()?;
            lines.find(|line| line.array == array && line.index == index).map(|line| line.runs)
        })?;
        let own = own.with_context(|| format!("{}: the plan has no line of {array} {index}", self.folder.0.display()));
        let own: BTreeSet<RunId> = own.or_exit(Exit::Data)?.into_iter().collect();
        let written: Vec<Written> = self.folder.runs()?.filter(|run| own.contains(&run.id)).collect();
        if written.len() < own.len() {
            let error = anyhow!("{}: runs.jsonl lacks runs that the plan names", self.folder.0.display());
            return Err(Failure::new(Exit::Data, error));
        }
        let needed: BTreeSet<&RunId> =
            written.iter().flat_map(|run| &run.needs).filter(|need| !own.contains(need)).collect();
        let needed: Vec<Written> = self.folder.runs()?.filter(|run| needed.contains(&run.id)).collect();
        let count = needed.len();
        let device = head.head.device;
        let mut tasks = Tasks::again(head.head, needed.into_iter().chain(written).collect(), &runs)?;
        for task in &mut tasks.list[..count] {
            task.state = match self.result_of(&task.dir)? {
                true => State::Finished,
                false => State::Failed("it has no result".to_owned()),
            };
        }
        tasks.look(|line| err(line))?;
        own.iter().try_for_each(|run| self.folder.fail(run, None))?;
        let threads = env::var("SLURM_CPUS_PER_TASK").ok().and_then(|cores| cores.parse().ok()).unwrap_or(1);
        let program = Program::obtain(None, device, head.data, runs.path().to_owned())?;
        let progress = Progress::new(&tasks, true);
        Pool::new(&program, &self.inbox, progress, None, 1, threads).run(&mut tasks)?;
        let failed: Vec<_> = tasks.failed().filter(|(task, _)| own.contains(&task.id)).collect();
        failed.iter().try_for_each(|(task, reason)| self.folder.fail(&task.id, Some(reason)))?;
        match failed.len() {
            0 => Ok(()),
            failed => Err(Failure::new(Exit::RunsFailed, anyhow!("{failed} of {} runs failed", own.len()))),
        }
    }

    /// The report over all runs of the experiment.
    fn report(&self) -> Result<(), Failure> {
        let (head, runs) = self.head()?;
        let mut sweep = Sweep::read(&self.folder.0).or_exit(Exit::Data)?;
        self.settle(&runs)?;
        let mut failed = BTreeSet::new();
        for run in &mut sweep.runs {
            let dir = runs.run(&run.id);
            run.failure = match dir.proved() {
                Ok(Some(_)) => None,
                Ok(None) => Some(self.why(&dir).unwrap_or_else(|| "its job ended before it was done".to_owned())),
                Err(error) => Some(error.to_string()),
            };
            failed.extend(run.failure.is_some().then(|| run.id.clone()));
        }
        let name = &head.experiment;
        let _turn = turn::to_report(&runs, name, &self.inbox)?;
        sweep.write(&runs.report(name)).or_exit(Exit::Data)?;
        let program = Program::obtain(None, head.head.device, head.data, runs.path().to_owned())?;
        ended(program.report(name, &self.inbox)?, || "`corrkd report` failed".to_owned())?;
        match failed.len() {
            0 => Ok(()),
            count => {
                let error = anyhow!("{count} runs have no result; --slurm submits them again");
                Err(Failure::new(Exit::RunsFailed, error))
            }
        }
    }

    /// Waits until each run has its result, or there will be none: a result may appear late.
    fn settle(&self, runs: &Runs) -> Result<(), Failure> {
        let mut open: Vec<Written> = self.folder.runs()?.collect();
        let mut hopeless: BTreeSet<RunId> = BTreeSet::new();
        let start = Instant::now();
        loop {
            refresh(runs.path());
            open.retain(|run| {
                let dir = runs.run(&run.id);
                if matches!(dir.result(), Ok(Some(_))) {
                    return false;
                }
                // What needs it never began.
                let none = self.why(&dir).is_some() || run.needs.iter().any(|need| hopeless.contains(need));
                if none {
                    hopeless.insert(run.id.clone());
                }
                !none
            });
            if open.is_empty() || start.elapsed() > PATIENCE {
                return Ok(());
            }
            self.inbox.pause(PAUSE, "results of other machines were waited for")?;
        }
    }

    /// Why a run has no result, where it or its job said so.
    fn why(&self, dir: &RunDir) -> Option<String> {
        failure(dir).or_else(|| self.folder.failed(dir.id()))
    }

    fn head(&self) -> Result<(Head, Runs), Failure> {
        // The folder was written on another machine a moment ago.
        let head = self.patiently(|| self.folder.work().ok())?;
        let head = head.map_or_else(|| self.folder.work(), Ok)?;
        let runs = Runs::open(&head.runs).context("the folder of runs").or_exit(Exit::Input)?;
        Ok((head, runs))
    }

    /// Whether a run that was finished elsewhere has its result, which may appear late.
    fn result_of(&self, dir: &RunDir) -> Result<bool, Failure> {
        let found = self.patiently(|| {
            refresh(dir.path());
            match dir.proved() {
                Ok(Some(_)) => Some(true),
                _ if self.why(dir).is_some() => Some(false),
                _ => None,
            }
        })?;
        Ok(found.unwrap_or(false))
    }

    /// What is there in time.
    fn patiently<T>(&self, look: impl Fn() -> Option<T>) -> Result<Option<T>, Failure> {
        let start = Instant::now();
        loop {
            let found = look();
            if found.is_some() || start.elapsed() > PATIENCE {
                return Ok(found);
            }
            self.inbox.pause(PAUSE, "files of another machine were waited for")?;
        }
    }
}
