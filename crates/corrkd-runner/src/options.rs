//! What `ablate` and `reproduce` take on the command line beside what they run, and what of it changes an experiment.

use crate::{
    experiment,
    failure::{Failure, OrExit},
    outline::Outline,
};
use anyhow::anyhow;
use corrkd_config::{Device, Exit, Experiment, Kernels, MethodPlan, Plan};
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
    /// Where the runs compute: cpu, cuda, cuda:INDEX or metal
    #[arg(long, default_value = "cpu")]
    pub(crate) device: Device,
    /// How layers compute: composed (of plain tensor operations) or fused (faster, cpu only) [default: the fastest]
    #[arg(long)]
    kernels: Option<Kernels>,
    /// How many runs go side by side [default: the number of cores]. Fewer runs get the cores that are left as threads
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Seeds to run instead of the experiment's
    #[arg(long, value_name = "SEED,..", value_delimiter = ',')]
    seeds: Option<Vec<u64>>,
    /// Only these rows; the reference row stays
    #[arg(long, value_name = "ROW,..", value_delimiter = ',')]
    only: Option<Vec<String>>,
    /// Run everything again, also what is finished
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Print the plan and stop; nothing is run or written
    #[arg(long)]
    dry_run: bool,
    /// Tell progress in lines, also on a terminal
    #[arg(long)]
    pub(crate) plain: bool,
    /// Start this corrkd for the runs instead of this one
    #[arg(long, value_name = "PATH")]
    pub(crate) program: Option<PathBuf>,
}

/// An experiment under its name.
pub(crate) struct Named {
    /// The file's name without its ending; its report's folder.
    pub(crate) name: String,
    /// What it holds, with the command line's seeds and rows.
    pub(crate) experiment: Experiment,
}

impl Options {
    /// Reads experiments, given as paths or names, with the command line's seeds and rows.
    ///
    /// # Errors
    /// Exit code 2.
    pub(crate) fn read(&self, given: &Path, methods: &[&dyn MethodPlan]) -> Result<Named, Failure> {
        let (name, mut experiment) = experiment::read(given, methods)?;
        if let Some(rows) = &self.only {
            experiment = experiment.only(rows).or_exit(Exit::Input)?;
        }
        if let Some(seeds) = &self.seeds {
            let mut distinct = seeds.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() != seeds.len() {
                return Err(Failure::new(Exit::Input, anyhow!("--seeds names a seed twice: {seeds:?}")));
            }
            experiment.seeds.clone_from(seeds);
        }
        Ok(Named { name, experiment })
    }

    /// In which form layers compute.
    ///
    /// # Errors
    /// Exit code 2 where the device has not the form that is asked for.
    pub(crate) fn kernels(&self) -> Result<Kernels, Failure> {
        Kernels::on(self.device, self.kernels).or_exit(Exit::Input)
    }

    /// Prints the plans, where that is all that is asked for.
    ///
    /// # Errors
    /// As [`kernels`](Self::kernels): what could not be run is no plan.
    pub(crate) fn only_planned(&self, experiments: &[Named]) -> Result<bool, Failure> {
        self.kernels()?;
        if self.dry_run {
            for (index, Named { experiment, .. }) in experiments.iter().enumerate() {
                let gap = if index > 0 { "\n" } else { "" };
                print!("{gap}{}", Outline { experiment, plan: &Plan::of(experiment) });
            }
        }
        Ok(self.dry_run)
    }
}
