//! The program `corrkd`: prepares data, trains or verifies one run, writes reports. `cargo xtask ablate` starts it once
//! per run.

mod data;
mod failure;
mod prepare;
mod report;
mod settle;
mod train;
mod verify;
mod watch;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

/// CorrKD: correlation-decoupled knowledge distillation for sentiment analysis with missing modalities.
///
/// Exit codes: 0 done, 1 our fault, 2 the input or the command line, 3 data absent or damaged, 4 a verified run came out
/// otherwise, 130 stopped by Ctrl-C.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Look at, fetch, convert and align data.
    #[command(subcommand)]
    Data(data::Data),
    /// Check the device, read (or generate) a data set, and print as JSON what identifies it and this program.
    Prepare(prepare::Prepare),
    /// Train and test one run whose specification lies in RUNS/ID/spec.json.
    Train(train::Train),
    /// Repeat a finished run from its record, and say whether it came out the same, bit for bit.
    Verify(verify::Verify),
    /// Write and print the tables and curves of an experiment's finished runs.
    Report(report::Report),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Data(data) => data.run(),
        Command::Prepare(prepare) => prepare.run(),
        Command::Train(train) => train.run(),
        Command::Verify(verify) => verify.run(),
        Command::Report(report) => report.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, error }) => {
            eprintln!("error: {error:#}");
            ExitCode::from(code)
        }
    }
}
