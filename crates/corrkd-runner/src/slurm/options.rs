//! What `ablate` and `reproduce` take on the command line for a cluster.

use super::user;
use crate::failure::{Failure, OrExit};
use corrkd_config::{Exit, Experiment, Slurm};

/// Whether and how a cluster runs the sweep.
#[derive(clap::Args)]
#[command(next_help_heading = "On a cluster")]
pub(crate) struct SlurmOptions {
    /// Submit what is missing to Slurm instead of running it here, and the report behind it; --dry-run writes the scripts and
    /// prints the calls. What is said below may also stand under `[slurm]` in the experiment or in the user's
    /// corrkd/config.toml
    #[arg(long, conflicts_with_all = ["jobs", "tensorboard"])]
    slurm: bool,
    /// Say how far the submitted runs are
    #[arg(long, conflicts_with_all = ["slurm", "cancel", "fresh", "dry_run", "tensorboard", "jobs"])]
    status: bool,
    /// End what was submitted of this experiment, and nothing else
    #[arg(long, conflicts_with_all = ["slurm", "status", "fresh", "dry_run", "tensorboard", "jobs"])]
    cancel: bool,
    /// The partition
    #[arg(long, value_name = "NAME", requires = "slurm")]
    partition: Option<String>,
    /// Whose time it is
    #[arg(long, value_name = "NAME", requires = "slurm")]
    account: Option<String>,
    /// The quality of service
    #[arg(long, value_name = "NAME", requires = "slurm")]
    qos: Option<String>,
    /// How long a job may last: minutes, HH:MM:SS, D-HH. Two minutes before, its run is told to stop, and the job goes on in
    /// a further one
    #[arg(long, value_name = "TIME", requires = "slurm")]
    time: Option<String>,
    /// Cores of a job, all of which a run uses as threads
    #[arg(long, value_name = "N", requires = "slurm")]
    cpus: Option<u16>,
    /// Memory of a job, such as 8G
    #[arg(long, value_name = "SIZE", requires = "slurm")]
    mem: Option<String>,
    /// Generic resources, such as gpu:1
    #[arg(long, value_name = "LIST", requires = "slurm")]
    gres: Option<String>,
    /// Features that a node must have
    #[arg(long, value_name = "LIST", requires = "slurm")]
    constraint: Option<String>,
    /// Nodes that are not taken
    #[arg(long, value_name = "NODES", requires = "slurm")]
    exclude: Option<String>,
    /// How many jobs of an array may run at once
    #[arg(long, value_name = "N", requires = "slurm")]
    array_parallelism: Option<u32>,
    /// A line of the shell that comes before the program, such as "module load cuda"; may be given several times
    #[arg(long, value_name = "LINE", requires = "slurm")]
    setup: Vec<String>,
    /// A further option of sbatch; may be given several times
    #[arg(long, value_name = "NAME=VALUE", requires = "slurm")]
    sbatch: Vec<String>,
}

/// What is asked of a cluster.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Nothing: the runs are had here.
    Nothing,
    /// To run what is missing.
    Submit,
    /// How far it is.
    Status,
    /// To end it.
    Cancel,
}

impl SlurmOptions {
    pub(crate) fn asked(&self) -> Asked {
        match (self.slurm, self.status, self.cancel) {
            (true, ..) => Asked::Submit,
            (_, true, _) => Asked::Status,
            (_, _, true) => Asked::Cancel,
            _ => Asked::Nothing,
        }
    }

    /// What the command line says, where it says nothing the experiment, then the user's file.
    ///
    /// # Errors
    /// Exit code 2.
    pub(crate) fn settings(&self, experiment: &Experiment) -> Result<Slurm, Failure> {
        let own = Slurm {
            partition: self.partition.clone(),
            account: self.account.clone(),
            qos: self.qos.clone(),
            time: self.time.clone(),
            cpus: self.cpus,
            mem: self.mem.clone(),
            gres: self.gres.clone(),
            constraint: self.constraint.clone(),
            exclude: self.exclude.clone(),
            array_parallelism: self.array_parallelism,
            setup: self.setup.clone(),
            sbatch: self.sbatch.clone(),
        };
        own.check("the command line").or_exit(Exit::Input)?;
        Ok(own.or(experiment.slurm.clone()).or(user::slurm()?))
    }
}
