//! What `ablate` and `reproduce` take on the command line beside what they run, and what of it changes an experiment.

use crate::{
    chosen::Chosen,
    devices::Devices,
    failure::{Failure, OrExit},
    known::{Known, Recipes},
    memory::{self, Largest},
    outline::Outline,
    slurm::{Asked, SlurmOptions},
};
use anyhow::{Context, anyhow};
use corrkd_config::{Exit, Experiment, Kernels, Plan, unfit};
use corrkd_system::to_out;
use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

/// How runs are had, whichever the experiment.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where the recordings are; not needed for generated data
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Where runs, the data cache and reports are kept
    #[arg(long, value_name = "DIR", default_value = "runs")]
    pub(crate) runs: PathBuf,
    /// Where the runs compute: cpu, cuda, cuda:INDEX, several as cuda:0,cuda:1, cuda:all or metal
    #[arg(long, default_value = "cpu")]
    pub(crate) device: Devices,
    /// How layers compute: composed (of plain tensor operations) or fused (faster, cpu only) [default: the fastest]
    #[arg(long)]
    kernels: Option<Kernels>,
    /// How many runs go side by side [default: the number of cores, or of devices]. Fewer runs get the cores that are left as
    /// threads
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    pub(crate) slurm: SlurmOptions,
    /// Write an event file for each run, which TensorBoard reads, to DIR/EXPERIMENT/ROW/seedN
    #[arg(long, value_name = "DIR")]
    pub(crate) tensorboard: Option<PathBuf>,
    /// Run everything again, also what is finished
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Print the plan, say what of the data is not there, and stop; nothing is run or written
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Tell progress in lines, also on a terminal
    #[arg(long)]
    pub(crate) plain: bool,
    /// Start this corrkd for the runs instead of this one
    #[arg(long, value_name = "PATH")]
    pub(crate) program: Option<PathBuf>,
}

/// An experiment under its name.
pub(crate) struct Named {
    /// The file's name without its ending, and the command line's task; its report's folder.
    pub(crate) name: String,
    /// What it holds, with the command line's seeds, task and rows, and the recipe's folds where it has none of its own.
    pub(crate) experiment: Experiment,
    /// Its run that takes the most memory.
    largest: Option<Largest>,
}

/// More processes side by side than this are no help on any machine.
const JOBS: usize = 1024;

impl Options {
    /// Reads an experiment, given as a path or name, with the command line's seeds, task and rows.
    ///
    /// # Errors
    /// Exit code 2.
    pub(crate) fn read(&self, given: &Path, known: Known<'_>) -> Result<Named, Failure> {
        self.check()?;
        let (name, experiment, facts) = self.chosen.read(given, known)?;
        let trials = experiment.search.as_ref().map(|search| search.trials(&experiment));
        let all = std::iter::once(&experiment).chain(&trials);
        all.clone().try_for_each(Plan::check_size).or_exit(Exit::Input)?;
        let largest = all.filter_map(|of| memory::largest(of, known.methods, &facts.shape)).max_by_key(|run| run.bytes);
        memory::check(largest.as_ref(), self.device.kind())?;
        Ok(Named { name, experiment, largest })
    }

    /// Refuses what cannot be, whatever the experiment.
    fn check(&self) -> Result<(), Failure> {
        if let Some(jobs) = self.jobs.filter(|jobs| jobs.get() > JOBS) {
            return Err(Failure::new(Exit::Input, anyhow!("--jobs is {jobs}, expected 1 to {JOBS}")));
        }
        let paths = [
            ("--data", self.data.as_ref()),
            ("--runs", Some(&self.runs)),
            ("--tensorboard", self.tensorboard.as_ref()),
            ("--program", self.program.as_ref()),
        ];
        let unfit = paths.into_iter().find_map(|(option, path)| Some((option, unfit(&path?.to_string_lossy())?)));
        unfit.map_or(Ok(()), |(option, reason)| Err(Failure::new(Exit::Input, anyhow!("{option}: {reason}"))))
    }

    /// In which form layers compute.
    ///
    /// # Errors
    /// Exit code 2 where the device has not the form that is asked for.
    pub(crate) fn kernels(&self) -> Result<Kernels, Failure> {
        Kernels::on(self.device.kind(), self.kernels).or_exit(Exit::Input)
    }

    /// Prints the plans, where that is all that is asked for.
    ///
    /// # Errors
    /// As [`kernels`](Self::kernels): what could not be run is no plan. After the plans exit code 3 where data are not there.
    pub(crate) fn only_planned(&self, experiments: &[Named], recipes: &dyn Recipes) -> Result<bool, Failure> {
        self.kernels()?;
        // Of a submission the scripts are written, and the calls printed.
        let planned = self.dry_run && self.slurm.asked() == Asked::Nothing;
        if planned {
            for (index, Named { experiment, largest, .. }) in experiments.iter().enumerate() {
                let gap = if index > 0 { "\n" } else { "" };
                let planned = experiment.search.as_ref().map(|search| search.trials(experiment));
                let planned = planned.as_ref().unwrap_or(experiment);
                let outline = Outline { experiment: planned, plan: &Plan::of(planned), largest: largest.as_ref() };
                let said = to_out(format_args!("{gap}{outline}")).and_then(|()| match &experiment.search {
                    None => Ok(()),
                    Some(search) => to_out(format_args!(
                        "then each row with the trial that validation chooses, and as it is: {} runs at most\n",
                        Plan::of(&search.largest(experiment)).runs.len()
                    )),
                });
                said.context("cannot say the plan").or_exit(Exit::Data)?;
            }
            experiments.iter().try_for_each(|named| recipes.files(&named.experiment.dataset, self.data.as_deref()))?;
        }
        Ok(planned)
    }
}
