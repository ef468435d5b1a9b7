//! One experiment from its plan to its report: what `ablate` does once and `reproduce` for each file.

use crate::{
    failure::{Failure, OrExit},
    inbox::Inbox,
    options::{Named, Options},
    pool::Pool,
    program::Program,
    progress::Progress,
    sweep,
    tasks::Tasks,
};
use anyhow::{Context, anyhow};
use corrkd_config::{DatasetRef, Exit, Experiment, Kernels, Plan};
use corrkd_record::{Prepared, RunId, Runs};
use std::{collections::BTreeSet, num::NonZeroUsize, path::PathBuf, thread};

/// Everything that several experiments share.
pub(crate) struct Campaign<'a> {
    options: &'a Options,
    kernels: Kernels,
    inbox: Inbox,
    runs: Runs,
    program: Program,
    /// The runs that `--fresh` has forgotten already: an experiment must not undo what an earlier one has just had run.
    forgotten: BTreeSet<RunId>,
}

impl<'a> Campaign<'a> {
    /// Opens the runs and finds the program.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn open(options: &'a Options) -> Result<Self, Failure> {
        let kernels = options.kernels()?;
        let runs = Runs::open(&options.runs).context("--runs").or_exit(Exit::Input)?;
        let inbox = Inbox::open()?;
        let (given, data) = (options.program.as_deref(), options.data.clone());
        let program = Program::obtain(given, options.device, data, options.runs.clone())?;
        Ok(Self { options, kernels, inbox, runs, program, forgotten: BTreeSet::new() })
    }

    /// Runs what an experiment lacks, and writes its report.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn answer(&mut self, Named { name, experiment }: &Named) -> Result<(), Failure> {
        let Options { device, jobs, fresh, plain, .. } = *self.options;
        let plan = Plan::of(experiment);
        let prepared = self.prepare(experiment)?;
        let forget = fresh.then_some(&mut self.forgotten);
        let mut tasks = Tasks::of(&plan, experiment, &prepared, device, self.kernels, &self.runs, forget)?;
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let jobs = jobs.map_or(cores, NonZeroUsize::get);
        // Two runs of a thread each end sooner than one of two threads, and then the other: all of a run uses its core.
        let threads = if self.kernels == Kernels::Fused { (cores / jobs).max(1) } else { 1 };
        let progress = Progress::new(&tasks, plain);
        Pool::new(&self.program, &self.inbox, progress, jobs, threads).run(&mut tasks)?;
        sweep::of(name, experiment, &plan, &tasks).write(&self.runs.report(name)).or_exit(Exit::Fault)?;
        let reported = self.program.report(name, &self.inbox)?;
        let failed = tasks.failed().count();
        if failed > 0 {
            let error = anyhow!("{failed} of {} runs failed; the same command tries them again", tasks.list.len());
            return Err(Failure::new(Exit::RunsFailed, error));
        }
        if !reported.success() {
            return Err(anyhow!("`corrkd report` failed ({reported})").into());
        }
        Ok(())
    }

    /// Has the data of each fold made ready; what cannot be trained on is refused here, before the first run.
    fn prepare(&self, experiment: &Experiment) -> Result<Vec<Prepared>, Failure> {
        let tasks = experiment.tasks();
        let of_fold = |dataset: &DatasetRef| {
            if let Some(fold) = &dataset.fold {
                eprintln!("{fold}");
            }
            self.program.prepare(dataset, &tasks, &self.inbox)
        };
        experiment.datasets().iter().map(of_fold).collect()
    }

    /// The page of an experiment's report.
    pub(crate) fn page(&self, name: &str) -> PathBuf {
        self.runs.report(name).join("report.html")
    }
}
