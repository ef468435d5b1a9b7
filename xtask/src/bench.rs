//! `cargo xtask bench`: the benchmarks beside their baseline, or, with `--peer`, a step beside PyTorch's, or, with
//! `--align`, alignment beside the Python SDK's.

mod align;
mod duration;
mod measured;
mod memory;
mod peer;
mod quantiles;
mod stage;
mod table;
mod verdict;

use crate::{failure::Failure, workspace::workspace};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use corrkd_system::out;
use std::{fs, path::PathBuf};

/// Measure how long things take, beside an earlier measurement, beside PyTorch or beside the Python SDK
///
/// Each benchmark stands beside its baseline: the first measurement of it, or the last one with --save. With --peer the
/// same training steps and evaluations are done by ours and by PyTorch in turn, on one thread and on two (seven minutes;
/// the first time twelve, as PyTorch compiles). With --align generated videos of MOSI's size are aligned by ours and by
/// the SDK's operations in NumPy in turn, and preparing data of MOSEI's size is held against its limits (five minutes).
/// Measure on an idle machine.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Bench {
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

impl Bench {
    /// Does it.
    ///
    /// # Errors
    /// As the exit codes say.
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.peer {
            return peer::compare(&self.python);
        }
        if self.align {
            return align::compare(&self.python);
        }
        let known = stages()?;
        if let Some(unknown) = self.stages.iter().find(|stage| !known.contains(stage)) {
            return Err(Failure::new(
                Exit::Input,
                anyhow!("no benchmark `{unknown}`, expected one of {}", known.join(", ")),
            ));
        }
        let chosen = if self.stages.is_empty() { known } else { self.stages };
        for stage in chosen {
            out(stage::measure(&stage, self.save)?).context("cannot say the figures")?;
        }
        Ok(())
    }
}

/// The files of benchmarks, in name order.
fn stages() -> anyhow::Result<Vec<String>> {
    let folder = workspace().join("benches/benches");
    let files = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut names: Vec<String> =
        files.flatten().filter_map(|file| Some(file.path().file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}
