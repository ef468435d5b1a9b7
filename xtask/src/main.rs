//! What needs a checkout: `cargo xtask ablate` and `cargo xtask reproduce` build the program and hand over to it, `cargo
//! xtask bench` measures, `cargo xtask stress` tries to break the program, `cargo xtask lint` checks, `cargo xtask dist` makes a release.
//! This file only reads the command line.

mod bench;
mod cargo;
mod device;
mod dist;
mod failure;
mod hand_over;
mod lint;
mod stress;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// CorrKD's checkout: builds the program and hands over to it, measures, checks
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build corrkd, and train and compare the rows of an experiment: `corrkd ablate`
    Ablate(hand_over::HandOver),
    /// Build corrkd, and reproduce a table or figure of the paper: `corrkd reproduce`
    Reproduce(hand_over::HandOver),
    Bench(bench::Bench),
    /// Build corrkd, try to break it in every way there is, and count
    Stress(stress::Stress),
    Dist(dist::Dist),
    /// Check formatting, clippy and the documentation, each without a warning
    Lint,
}

fn main() -> ExitCode {
    let done = |()| ExitCode::SUCCESS;
    let outcome = match Cli::parse().command {
        Command::Ablate(arguments) => arguments.run("ablate"),
        Command::Reproduce(arguments) => arguments.run("reproduce"),
        Command::Bench(bench) => bench.run().map(done),
        Command::Stress(stress) => stress.run(),
        Command::Dist(dist) => dist.run().map(done),
        Command::Lint => lint::run().map(done),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}
