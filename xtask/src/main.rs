//! The runner: `cargo xtask ablate`, `cargo xtask reproduce`, `cargo xtask bench` and `cargo xtask lint`. This file only reads the command line.

mod ablate;
mod bench;
mod campaign;
mod device;
mod exit;
mod experiment;
mod foreground;
mod inbox;
mod lint;
mod options;
mod outline;
mod pool;
mod program;
mod progress;
mod reproduce;
mod sweep;
mod tasks;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// CorrKD's runner: plans the runs of an experiment, starts one process for each, and reports
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Ablate(ablate::Ablate),
    Reproduce(reproduce::Reproduce),
    Bench(bench::Bench),
    /// Check formatting, clippy and the documentation, each without a warning
    Lint,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Ablate(ablate) => ablate.run(),
        Command::Reproduce(reproduce) => reproduce.run(),
        Command::Bench(bench) => bench.run(),
        Command::Lint => lint::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
