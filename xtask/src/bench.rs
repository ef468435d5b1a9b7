//! `cargo xtask bench`: the benchmarks beside their baseline, or, with `--peer`, a step beside PyTorch's.

mod duration;
mod measured;
mod peer;
mod quantiles;
mod stage;
mod table;
mod verdict;

use crate::{
    exit::{Failure, INPUT},
    experiment::workspace,
};
use anyhow::{Context, anyhow};
use std::{fs, path::PathBuf};

/// Measure how long things take, beside an earlier measurement or beside PyTorch
///
/// Each benchmark stands beside its baseline: the first measurement of it, or the last one with --save. With --peer the
/// same training steps and evaluations are done by ours and by PyTorch in turn, on one thread and on two (seven minutes;
/// the first time twelve, as PyTorch compiles). Measure on an idle machine.
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Bench {
    /// What to measure, a file in benches/benches/ each [default: all]
    #[arg(value_name = "STAGE", conflicts_with = "peer")]
    stages: Vec<String>,
    /// Keep these figures as the baseline
    #[arg(long, conflicts_with = "peer")]
    save: bool,
    /// Hold a step against PyTorch's; the figures and a chart of them go to target/bench too
    #[arg(long)]
    peer: bool,
    /// A Python with torch 2.15, for --peer
    #[arg(long, value_name = "PATH", default_value = "python3", requires = "peer")]
    python: PathBuf,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    measured, whatever came out
  1    a fault of this program, or PyTorch and ours do not compute the same
  2    the command line cannot be used, or this Python has no torch";

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
        let known = stages()?;
        if let Some(unknown) = self.stages.iter().find(|stage| !known.contains(stage)) {
            return Err(Failure::new(INPUT, anyhow!("no benchmark `{unknown}`, expected one of {}", known.join(", "))));
        }
        let chosen = if self.stages.is_empty() { known } else { self.stages };
        for stage in chosen {
            println!("{}", stage::measure(&stage, self.save)?);
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
