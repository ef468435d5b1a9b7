//! `cargo xtask ablate`: from an experiment file to its report, in steps that each say what is wrong.

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
use corrkd_record::Runs;
use std::{num::NonZeroUsize, path::PathBuf, thread};

/// Train and compare the rows of an experiment, and write the report
///
/// Every run is one process, and its identity is its content (settings, seed, data, code, device, kernels): what is
/// finished is reused, what was stopped is resumed. Each run's files are in RUNS/ID, the report in
/// RUNS/reports/EXPERIMENT.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Ablate {
    /// The experiment: a file, or the name of one in experiments/
    #[arg(default_value = "experiments/quickstart.toml")]
    experiment: PathBuf,
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

const EXIT_CODES: &str = "\
Exit codes:
  0    all runs are finished and reported
  1    a fault of this program
  2    the command line or the experiment file cannot be used, or the device is not there
  3    the data is absent or damaged
  100  some runs failed; the report covers the others
  130  stopped by Ctrl-C; the same command resumes";

impl Ablate {
    /// Does it.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let kernels = Kernels::on(self.device, self.kernels).or_exit(INPUT)?;
        let (name, experiment) = self.experiment()?;
        let plan = Plan::of(&experiment);
        let outline = Outline { experiment: &experiment, plan: &plan };
        if self.dry_run {
            print!("{outline}");
            return Ok(());
        }
        let runs = Runs::open(&self.runs).context("--runs").or_exit(INPUT)?;
        let inbox = Inbox::open()?;
        let program = Program::obtain(self.program.as_deref(), self.device, self.data, self.runs, &inbox)?;
        let prepared = program.prepare(&experiment.dataset, &inbox)?;
        let dataset = &experiment.dataset;
        let mut tasks = Tasks::of(&plan, dataset, &prepared, self.device, kernels, &runs, self.fresh).or_exit(DATA)?;
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let jobs = self.jobs.map_or(cores, NonZeroUsize::get);
        // Two runs of a thread each end sooner than one of two threads, and then the other: all of a run uses its core.
        let threads = if kernels == Kernels::Fused { (cores / jobs).max(1) } else { 1 };
        let progress = Progress::new(&tasks, self.plain);
        Pool::new(&program, &inbox, progress, jobs, threads).run(&mut tasks)?;
        sweep::of(&name, &experiment, &plan, &tasks).write(&runs.report(&name)).or_exit(1)?;
        let reported = program.report(&name, &inbox)?;
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

    /// The experiment with the command line's seeds and rows.
    fn experiment(&self) -> Result<(String, Experiment), Failure> {
        let (name, mut experiment) = experiment::read(&self.experiment)?;
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
        Ok((name, experiment))
    }
}
