//! `corrkd-benches` measures: the benchmarks beside their baseline, or, with `--peer`, a step beside PyTorch's, or, with
//! `--align`, alignment beside the Python SDK's, or, with `run`, the parts of whole trainings, or, with `scale`, how these grow
//! with the data. `cargo xtask bench` builds it with `corrkd` and starts it.

mod align;
mod duration;
mod measured;
mod memory;
mod peer;
mod process;
mod quantiles;
mod records;
mod run;
mod scale;
mod stage;
mod table;
mod verdict;

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use corrkd_config::{Exit, Failure};
use corrkd_system::out;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// Measure how long things take, beside an earlier measurement, beside PyTorch or beside the Python SDK
///
/// Each benchmark stands beside its baseline: the first measurement of it, or the last one with --save. With --peer the
/// same training steps and evaluations are done by ours and by PyTorch in turn, on one thread and on two (half an hour).
/// With --align generated videos of MOSI's size are aligned by ours and by the SDK's operations in NumPy in turn, and
/// preparing data of MOSEI's size is held against its limits (five minutes). Measure on an idle machine.
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench", version, after_help = EXIT_CODES)]
#[command(subcommand_negates_reqs = true)]
struct Cli {
    /// The program whose commands are measured
    #[arg(long, value_name = "PATH", required = true)]
    program: Option<PathBuf>,
    /// What to measure, a file in benches/benches/ each [default: all]
    #[arg(value_name = "STAGE", conflicts_with = "beside")]
    stages: Vec<String>,
    /// Keep these figures as the baseline
    #[arg(long, conflicts_with = "beside")]
    save: bool,
    /// Hold a step against PyTorch's; the figures and a chart of them go to target/bench too
    #[arg(long, group = "beside")]
    peer: bool,
    /// Hold alignment against the Python SDK's; the figures go to target/bench too
    #[arg(long, group = "beside")]
    align: bool,
    /// A Python with torch 2.15 for --peer, with numpy 2.4 and h5py 3.16 for --align
    #[arg(long, value_name = "PATH", default_value = "python3", requires = "beside")]
    python: PathBuf,
    #[command(subcommand)]
    other: Option<Other>,
}

/// What is measured by a command of its own; and work whose time or memory is taken from outside, in a process of its own.
#[derive(clap::Subcommand)]
enum Other {
    /// Train methods as an experiment does, on generated data of MOSI's size, and say where the time goes
    Run(run::Run),
    /// Train for an epoch and report on generated data of MOSEI's size and of several times that, and say how time and memory
    /// grow
    Scale(scale::Scale),
    /// Answer requests for training steps and evaluations
    #[command(hide = true)]
    Steps(peer::Worker),
    /// Read, align and write videos
    #[command(hide = true)]
    Videos(align::Worker),
}

const EXIT_CODES: &str = "\
Exit codes:
  0    measured, whatever came out
  1    a fault of this program, or the other program and ours do not compute the same
  2    the command line cannot be used, or this Python lacks what it needs";

/// Our programs' environment beside the number of rayon's threads: what `corrkd` settles for itself
/// (crates/corrkd/src/settle.rs).
const SETTLED: [(&str, &str); 3] =
    [("CANDLE_NUM_THREADS", "1"), ("MALLOC_MMAP_THRESHOLD_", "4294967296"), ("MALLOC_TRIM_THRESHOLD_", "4294967296")];

fn main() -> ExitCode {
    let mut cli = Cli::parse();
    let program = || cli.program.clone().context("--program is not given");
    let done = match cli.other.take() {
        Some(Other::Run(run)) => program().map_err(Failure::from).and_then(|program| run.measure(&program)),
        Some(Other::Scale(scale)) => program().map_err(Failure::from).and_then(|program| scale.measure(&program)),
        Some(Other::Steps(worker)) => worker.run().map_err(Failure::from),
        Some(Other::Videos(worker)) => worker.run().map_err(Failure::from),
        None => cli.measure(),
    };
    done.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}

impl Cli {
    fn measure(self) -> Result<(), Failure> {
        if self.peer {
            return peer::compare(&self.python);
        }
        if self.align {
            return align::compare(&self.python, &self.program.context("--program is not given")?);
        }
        let known = stages()?;
        if let Some(unknown) = self.stages.iter().find(|stage| !known.contains(stage)) {
            let error = anyhow!("no benchmark `{unknown}`, expected one of {}", known.join(", "));
            return Err(Failure::new(Exit::Input, error));
        }
        let chosen = if self.stages.is_empty() { known } else { self.stages };
        for stage in chosen {
            out(stage::measure(&stage, self.save)?).context("cannot say the figures")?;
        }
        Ok(())
    }
}

/// The files of benchmarks, in name order.
fn stages() -> Result<Vec<String>> {
    let folder = checkout().join("benches/benches");
    let files = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut names: Vec<String> =
        files.flatten().filter_map(|file| Some(file.path().file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// The workspace's folder.
fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// This program as a worker, of as many threads.
fn worker(name: &str, threads: usize) -> Result<Command> {
    let mut command = Command::new(env::current_exe().context("where this program is")?);
    command.arg(name).env("RAYON_NUM_THREADS", threads.to_string()).envs(SETTLED);
    Ok(command)
}
