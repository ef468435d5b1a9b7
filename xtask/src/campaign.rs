//! One experiment from its plan to its report: what `ablate` does once and `reproduce` for each file.

use crate::{
    exit::{DATA, Failure, INPUT, OrExit, RUNS_FAILED},
    experiment,
    inbox::Inbox,
    outline::Outline,
    pool::Pool,
    program::Program,
    progress::Progress,
    sweep,
    tasks::Tasks,
};
use anyhow::{Context, anyhow};
use corrkd_config::{Device, Experiment, Kernels, Plan};
use corrkd_record::{RunId, Runs};
use std::{collections::BTreeSet, num::NonZeroUsize, path::PathBuf, thread};

/// How runs are had, whichever the experiment.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where the recordings are; not needed for generated data
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where runs, the data cache and reports are kept
    #[arg(long, value_name = "DIR", default_value = "runs")]
    runs: PathBuf,
    /// Where the runs compute: cpu, cuda, cuda:INDEX or metal
    #[arg(long, default_value = "cpu")]
    device: Device,
    /// How layers compute: composed (of plain tensor operations) or fused (faster, cpu only) [default: the fastest]
    #[arg(long)]
    kernels: Option<Kernels>,
    /// How many runs go side by side [default: the number of cores]. Fewer runs get the cores that are left as threads
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Seeds to run instead of the experiment's
    #[arg(long, value_name = "SEED,..", value_delimiter = ',')]
    seeds: Option<Vec<u64>>,
    /// Only these rows; the reference row stays
    #[arg(long, value_name = "ROW,..", value_delimiter = ',')]
    only: Option<Vec<String>>,
    /// Run everything again, also what is finished
    #[arg(long)]
    fresh: bool,
    /// Print the plan and stop; nothing is built or written
    #[arg(long)]
    dry_run: bool,
    /// Tell progress in lines, also on a terminal
    #[arg(long)]
    plain: bool,
    /// Use this corrkd instead of building it
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0    all runs are finished and reported
  1    a fault of this program
  2    the command line or the experiment file cannot be used, or the device is not there
  3    the data is absent or damaged
  100  some runs failed; the report covers the others
  130  stopped by Ctrl-C; the same command resumes";

/// An experiment under its name.
pub(crate) struct Named {
    /// The file's name without its ending; its report's folder.
    pub(crate) name: String,
    /// What it holds, with the command line's seeds and rows.
    pub(crate) experiment: Experiment,
}

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

impl Options {
    /// Reads experiments, given as paths or names, with the command line's seeds and rows.
    ///
    /// # Errors
    /// Exit code 2.
    pub(crate) fn read(&self, given: &std::path::Path) -> Result<Named, Failure> {
        let (name, mut experiment) = experiment::read(given)?;
        if let Some(rows) = &self.only {
            experiment = experiment.only(rows).or_exit(INPUT)?;
        }
        if let Some(seeds) = &self.seeds {
            let mut distinct = seeds.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() != seeds.len() {
                return Err(Failure::new(INPUT, anyhow!("--seeds names a seed twice: {seeds:?}")));
            }
            experiment.seeds.clone_from(seeds);
        }
        Ok(Named { name, experiment })
    }

    /// Prints the plans, where that is all that is asked for.
    pub(crate) fn only_planned(&self, experiments: &[Named]) -> bool {
        if self.dry_run {
            for (index, Named { experiment, .. }) in experiments.iter().enumerate() {
                let gap = if index > 0 { "\n" } else { "" };
                print!("{gap}{}", Outline { experiment, plan: &Plan::of(experiment) });
            }
        }
        self.dry_run
    }
}

impl<'a> Campaign<'a> {
    /// Opens the runs and has the program built.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn open(options: &'a Options) -> Result<Self, Failure> {
        let kernels = Kernels::on(options.device, options.kernels).or_exit(INPUT)?;
        let runs = Runs::open(&options.runs).context("--runs").or_exit(INPUT)?;
        let inbox = Inbox::open()?;
        let (given, data) = (options.program.as_deref(), options.data.clone());
        let program = Program::obtain(given, options.device, data, options.runs.clone(), &inbox)?;
        Ok(Self { options, kernels, inbox, runs, program, forgotten: BTreeSet::new() })
    }

    /// Runs what an experiment lacks, and writes its report.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn answer(&mut self, Named { name, experiment }: &Named) -> Result<(), Failure> {
        let Options { device, jobs, fresh, plain, .. } = *self.options;
        let plan = Plan::of(experiment);
        let dataset = &experiment.dataset;
        let prepared = self.program.prepare(dataset, &self.inbox)?;
        let forget = fresh.then_some(&mut self.forgotten);
        let mut tasks = Tasks::of(&plan, dataset, &prepared, device, self.kernels, &self.runs, forget).or_exit(DATA)?;
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let jobs = jobs.map_or(cores, NonZeroUsize::get);
        // Two runs of a thread each end sooner than one of two threads, and then the other: all of a run uses its core.
        let threads = if self.kernels == Kernels::Fused { (cores / jobs).max(1) } else { 1 };
        let progress = Progress::new(&tasks, plain);
        Pool::new(&self.program, &self.inbox, progress, jobs, threads).run(&mut tasks)?;
        sweep::of(name, experiment, &plan, &tasks).write(&self.runs.report(name)).or_exit(1)?;
        let reported = self.program.report(name, &self.inbox)?;
        let failed = tasks.failed().count();
        if failed > 0 {
            let error = anyhow!("{failed} of {} runs failed; the same command tries them again", tasks.list.len());
            return Err(Failure::new(RUNS_FAILED, error));
        }
        if !reported.success() {
            return Err(anyhow!("`corrkd report` failed ({reported})").into());
        }
        Ok(())
    }

    /// The page of an experiment's report.
    pub(crate) fn page(&self, name: &str) -> PathBuf {
        self.runs.report(name).join("report.html")
    }
}
