//! One experiment from its plan to its report: what `ablate` does once and `reproduce` for each file.

use crate::{
    failure::{Failure, OrExit},
    fresh::{self, Fresh},
    inbox::Inbox,
    made::Made,
    options::{Named, Options},
    pool::Pool,
    program::{Program, Use, ended},
    progress::Progress,
    search::{self, Found},
    slurm::{self, Asked, Submission, Times},
    sweep,
    tasks::Tasks,
    tensorboard::Board,
    turn,
};
use anyhow::{Context, anyhow};
use corrkd_config::{DatasetRef, Device, Exit, Experiment, Kernels, Plan};
use corrkd_record::{Prepared, Runs, SearchedRow, Sweep};
use corrkd_system::{WholeFile, err, sweep as sweep_up, to_out};
use std::{fs::File, io::Write, num::NonZeroUsize, path::PathBuf, thread};

/// Everything that several experiments share.
pub(crate) struct Campaign<'a> {
    options: &'a Options,
    kernels: Kernels,
    inbox: Inbox,
    runs: Runs,
    program: Program,
    fresh: Fresh,
}

/// An experiment's runs, had as far as they could be.
struct Had {
    plan: Plan,
    tasks: Tasks,
    /// Where event files are asked for.
    board: Option<Board>,
    /// Until it goes nobody forgets any of them.
    _among_others: File,
}

impl<'a> Campaign<'a> {
    /// Opens the runs and finds the program.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn open(options: &'a Options) -> Result<Self, Failure> {
        let kernels = options.kernels()?;
        let runs = Runs::open(&options.runs).context("--runs").or_exit(Exit::Input)?;
        sweep_up(runs.path());
        let inbox = Inbox::open()?;
        let (given, data) = (options.program.as_deref(), options.data.clone());
        let program = Program::obtain(given, options.device.kind(), data, options.runs.clone())?;
        Ok(Self { options, kernels, inbox, runs, program, fresh: Fresh::default() })
    }

    /// Says how far what was submitted of an experiment is, or ends it; false where that is not what was asked for.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn looked_after(&self, named: &Named) -> Result<bool, Failure> {
        match self.options.slurm.asked() {
            Asked::Status => slurm::status(&self.runs, &named.name)?,
            Asked::Cancel => slurm::cancel(&self.runs, &named.name)?,
            Asked::Nothing | Asked::Submit => return Ok(false),
        }
        Ok(true)
    }

    /// Runs what an experiment lacks, and writes its report. Of one that searches, the trials are run before, and the rows have
    /// the settings that validation chose.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn answer(&mut self, Named { name, experiment, .. }: &Named) -> Result<(), Failure> {
        let Some(search) = &experiment.search else { return self.run(name, experiment, Found::default()) };
        let trials = search.trials(experiment);
        err(format_args!("{} trials of {} rows", trials.rows.len(), experiment.rows.len()));
        if self.options.slurm.asked() == Asked::Submit && self.submit(name, &trials, None)? {
            err("the trials; once they are done, the same command submits the rows as validation chose");
            return Ok(());
        }
        let Had { plan, tasks, board, .. } = self.have(name, &trials)?;
        board.map_or(Ok(()), |board| board.complete())?;
        let found = search::choose(search, &plan, &tasks)?;
        err("the rows, as validation chose");
        self.run(name, &search.chosen(experiment, &found.places), found)
    }

    /// Runs what an experiment lacks, and writes its report, of what a search found as well.
    fn run(&mut self, name: &str, experiment: &Experiment, found: Found) -> Result<(), Failure> {
        if self.options.slurm.asked() == Asked::Submit && self.submit(name, experiment, Some(&found.rows))? {
            return Ok(());
        }
        let Had { plan, mut tasks, board, _among_others } = self.have(name, experiment)?;
        let before = (found.failed, found.tried);
        self.report(name, experiment, &plan, &mut tasks, found.rows)?;
        board.map_or(Ok(()), |board| board.complete())?;
        let failed = tasks.failed().count() + before.0;
        if failed > 0 {
            let all = tasks.list.len() + before.1;
            let error = anyhow!("{failed} of {all} runs failed; the same command tries them again");
            return Err(Failure::new(Exit::RunsFailed, error));
        }
        Ok(())
    }

    /// Has a cluster run what an experiment lacks, and its report where there is to be one, of what a search found as well;
    /// false where nothing is missing.
    fn submit(
        &mut self,
        name: &str,
        experiment: &Experiment,
        searched: Option<&[SearchedRow]>,
    ) -> Result<bool, Failure> {
        let Options { fresh, dry_run, .. } = *self.options;
        let device = self.options.device.kind();
        let settings = self.options.slurm.settings(experiment)?;
        let plan = Plan::of(experiment);
        let mut tasks = Tasks::of(
            &plan,
            experiment,
            self.prepare(experiment, Use::Elsewhere(None))?,
            device,
            self.kernels,
            &self.runs,
        )?;
        if fresh && !dry_run {
            self.fresh.forget(&self.runs, name, &tasks, &self.inbox)?;
        }
        tasks.look(|line| err(line))?;
        let sweep =
            Sweep { search: searched.unwrap_or_default().to_vec(), ..sweep::of(name, experiment, &plan, &tasks) };
        let times = self.times(experiment, &plan, &tasks)?;
        let submission = Submission {
            name,
            tasks: &tasks,
            times: &times,
            sweep: &sweep,
            reports: searched.is_some(),
            slurm: &settings,
            runs: &self.runs,
            data: self.options.data.as_deref(),
            program: self.program.path(),
            inbox: &self.inbox,
            dry_run,
        };
        submission.submit()
    }

    /// How long runs of each kind take: as finished ones took, or else by a few steps, where they compute as this machine does.
    fn times(&self, experiment: &Experiment, plan: &Plan, tasks: &Tasks) -> Result<Times, Failure> {
        let mut times = Times::of_finished(tasks);
        let jobs = times.unknown(plan, tasks);
        if jobs.is_empty() || self.options.device.kind() != Device::Cpu {
            return Ok(times);
        }
        let text = serde_json::to_vec(&jobs).context("jobs have a form in JSON")?;
        let mut file = WholeFile::create(&self.runs.path().join("times.json")).context("--runs").or_exit(Exit::Data)?;
        file.write_all(&text).context("--runs").or_exit(Exit::Data)?;
        let datasets = experiment.datasets();
        let Some(dataset) = datasets.first() else { return Ok(times) };
        err("timing a few steps of each training");
        let whose = Use::Elsewhere(Some(file.path()));
        let said = self.program.prepare(whose, dataset, &experiment.tasks(), &self.inbox)?;
        times.add(&jobs, &said.seconds);
        Ok(times)
    }

    /// Runs what an experiment lacks.
    fn have(&mut self, name: &str, experiment: &Experiment) -> Result<Had, Failure> {
        let Options { jobs, fresh, plain, .. } = *self.options;
        let device = self.options.device.kind();
        let cards = self.options.device.cards()?;
        let plan = Plan::of(experiment);
        let prepared = self.prepare(experiment, Use::Here)?;
        let mut tasks = Tasks::of(&plan, experiment, prepared, device, self.kernels, &self.runs)?;
        if fresh {
            self.fresh.forget(&self.runs, name, &tasks, &self.inbox)?;
        }
        let _among_others = turn::among_others(&self.runs, &self.inbox)?;
        tasks.look(|line| err(line))?;
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let side_by_side = match device {
            Device::Cpu => cores,
            Device::Cuda(_) | Device::Metal => cards.len().max(1),
        };
        let jobs = jobs.map_or(side_by_side, NonZeroUsize::get);
        // Two runs of a thread each end sooner than one of two threads, and then the other: all of a run uses its core.
        let threads = if self.kernels == Kernels::Fused { (cores / jobs).max(1) } else { 1 };
        let folder = self.options.tensorboard.as_deref();
        let board = folder.map(|folder| Board::open(folder, name, &plan, &tasks)).transpose()?;
        let progress = Progress::new(&tasks, plain);
        Pool::new(&self.program, &self.inbox, progress, board.as_ref(), jobs, threads).on(cards).run(&mut tasks)?;
        Ok(Had { plan, tasks, board, _among_others })
    }

    /// Writes down which runs there are, and has their report written: one sweep at a time does.
    fn report(
        &self,
        name: &str,
        experiment: &Experiment,
        plan: &Plan,
        tasks: &mut Tasks,
        searched: Vec<SearchedRow>,
    ) -> Result<(), Failure> {
        let _turn = turn::to_report(&self.runs, name, &self.inbox)?;
        sweep_up(&self.runs.report(name));
        tasks.look_again();
        let sweep = Sweep { search: searched, ..sweep::of(name, experiment, plan, tasks) };
        let folder = self.runs.report(name);
        let finished = tasks.failed().next().is_none();
        // What cannot be told of is made again.
        let made = finished.then(|| Made::of(&sweep, tasks, self.program.path()).ok()).flatten();
        if let Some(text) = made.as_ref().and_then(|made| made.shown(&folder)) {
            to_out(text).context("cannot show the report").or_exit(Exit::Data)?;
            let (runs, page) = (tasks.list.len(), self.page(name));
            err(format_args!("nothing to do: {runs} runs are finished, and {} is of them", page.display()));
            return Ok(());
        }
        sweep.write(&folder).or_exit(Exit::Data)?;
        let reported = self.program.report(name, &self.inbox)?;
        // Where runs failed, that is what the command ends with.
        if finished {
            ended(reported, || "`corrkd report` failed".to_owned())?;
            made.map_or(Ok(()), |made| made.write(&folder))?;
        }
        Ok(())
    }

    /// All experiments are complete: a later `--fresh` starts from the beginning.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn complete(&self, experiments: &[Named]) -> Result<(), Failure> {
        experiments.iter().try_for_each(|named| fresh::complete(&self.runs.report(&named.name)))
    }

    /// Has the data of each fold made ready; what cannot be trained on is refused here, before the first run.
    fn prepare(&self, experiment: &Experiment, whose: Use<'_>) -> Result<Vec<Prepared>, Failure> {
        let tasks = experiment.tasks();
        let of_fold = |dataset: &DatasetRef| {
            if let Some(fold) = &dataset.fold {
                err(fold);
            }
            self.program.prepare(whose, dataset, &tasks, &self.inbox)
        };
        experiment.datasets().iter().map(of_fold).collect()
    }

    /// The page of an experiment's report.
    pub(crate) fn page(&self, name: &str) -> PathBuf {
        self.runs.report(name).join("report.html")
    }
}
