//! What needs a checkout: `cargo xtask ablate` and `cargo xtask reproduce` build the program and hand over to it, `bench` and
//! `stress` build another program beside it and hand over to that, `lint` checks, `dist` makes a release.
//! This file only reads the command line.

mod cargo;
mod device;
mod dist;
mod hand_over;
mod lint;
mod partner;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// CorrKD's checkout: builds the program and hands over to it, checks
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
    /// Build corrkd, and measure how long things take
    Bench(partner::Partner),
    /// Build corrkd, try to break it in every way there is, and count
    Stress(partner::Partner),
    Dist(dist::Dist),
    /// Check formatting, clippy and the documentation, each without a warning; and, with cargo-deny and typos, all else
    Lint,
}

fn main() -> ExitCode {
    let done = |()| ExitCode::SUCCESS;
    let outcome = match Cli::parse().command {
        Command::Ablate(arguments) => arguments.run("ablate"),
        Command::Reproduce(arguments) => arguments.run("reproduce"),
        Command::Bench(arguments) => arguments.run("corrkd-benches"),
        Command::Stress(arguments) => arguments.run("corrkd-stress"),
        Command::Dist(dist) => dist.run().map(done),
        Command::Lint => lint::run().map(done),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}
