//! The program `corrkd`: runs experiments; and, a process each, prepares data, trains or verifies one run, writes reports.
//! This file only reads the command line.

mod data;
mod failure;
mod prepare;
mod recipes;
mod report;
mod settle;
mod train;
mod verify;
mod watch;

use clap::{Parser, Subcommand};
use corrkd_config::Exit;
use corrkd_runner::{Known, exit_codes};
use failure::Failure;
use std::process::ExitCode;

/// CorrKD: correlation-decoupled knowledge distillation for sentiment analysis with missing modalities.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_long_help = exit_codes(&Exit::ALL))]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Ablate(corrkd_runner::Ablate),
    Reproduce(corrkd_runner::Reproduce),
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
    let methods = corrkd_methods::plans();
    let known = Known { methods: &methods, recipes: &recipes::Recipes };
    let done = match Arguments::parse().command {
        Command::Ablate(ablate) => ablate.run(known).map_err(Failure::from),
        Command::Reproduce(reproduce) => reproduce.run(known).map_err(Failure::from),
        Command::Data(data) => data.run(),
        Command::Prepare(prepare) => prepare.run(),
        Command::Train(train) => train.run(),
        Command::Verify(verify) => verify.run(),
        Command::Report(report) => report.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { exit, error }) => {
            eprintln!("error: {error:#}");
            ExitCode::from(exit.code())
        }
    }
}
