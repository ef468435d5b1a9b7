//! The program `corrkd`: runs experiments; and, a process each, prepares data, trains or verifies one run, writes reports.
//! This file only reads the command line.

mod data;
mod evaluate;
mod export;
mod failure;
mod guard;
mod predict;
mod prepare;
mod protocol;
mod recipes;
mod report;
mod say;
mod selftest;
mod settle;
mod train;
mod verify;
mod watch;

use anyhow::Context;
use clap::{Parser, Subcommand};
use corrkd_config::Exit;
use corrkd_runner::{Known, exit_codes};
use corrkd_train::Stop;
use failure::Failure;
use guard::{guard, guard_training};
use settle::settle;
use std::process::ExitCode;

/// Without it the quick start spent a quarter of its time in the system.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// CorrKD: correlation-decoupled knowledge distillation for sentiment analysis with missing modalities.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_long_help = exit_codes(&Exit::ALL))]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// End when the standard input does, which the program that starts this one holds open.
    #[arg(long, global = true, hide = true)]
    with_parent: bool,
}

/// By which signals stop a training.
static STOP: Stop = Stop::new();

#[derive(Subcommand)]
enum Command {
    Ablate(corrkd_runner::Ablate),
    Reproduce(corrkd_runner::Reproduce),
    /// Look at, fetch, convert and align data.
    #[command(subcommand)]
    Data(data::Data),
    /// Write what the models of an experiment meet, for other programs.
    #[command(subcommand)]
    Protocol(protocol::Protocol),
    /// Check the device, read (or generate) a data set, and print as JSON what identifies it and this program.
    Prepare(prepare::Prepare),
    /// Train and test one run whose specification lies in RUNS/ID/spec.json.
    Train(train::Train),
    Work(corrkd_runner::Work),
    /// Repeat a finished run from its record, and say whether it came out the same, bit for bit.
    Verify(verify::Verify),
    /// Answer samples, labelled or not, by a finished run's network.
    Predict(predict::Predict),
    /// Score a finished run under further conditions, or on other data, without training.
    Evaluate(evaluate::Evaluate),
    /// Write a finished run's network for other programs, and its model card.
    Export(export::Export),
    /// Hold a device to PyTorch's numbers, twice to the same bits, and time it.
    #[command(name = "selftest")]
    SelfTest(selftest::SelfTest),
    /// Write and print the tables and curves of an experiment's finished runs.
    Report(report::Report),
}

fn main() -> ExitCode {
    match run(Arguments::try_parse().unwrap_or_else(|error| refuse(&error))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { exit, error }) => {
            corrkd_system::last_err(format_args!("error: {error:#}"));
            ExitCode::from(exit.code())
        }
    }
}

fn run(Arguments { command, with_parent }: Arguments) -> Result<(), Failure> {
    let methods = corrkd_methods::plans();
    let known = Known { methods: &methods, recipes: &recipes::Recipes };
    let unfit = |error| Failure { exit: Exit::Input, error };
    let start = || guard(with_parent).and_then(|()| threads()).map_err(unfit);
    if let Command::Train(_) | Command::Verify(_) | Command::Predict(_) | Command::Evaluate(_) | Command::SelfTest(_) =
        command
    {
        settle();
    }
    match command {
        // These listen for signals themselves.
        Command::Ablate(ablate) => Ok(ablate.run(known)?),
        Command::Reproduce(reproduce) => Ok(reproduce.run(known)?),
        Command::Work(work) => Ok(work.run()?),
        Command::Data(data) => start().and_then(|()| data.run()),
        Command::Protocol(protocol) => start().and_then(|()| protocol.run(known)),
        Command::Prepare(prepare) => start().and_then(|()| prepare.run()),
        Command::Train(train) => {
            guard_training(with_parent, &STOP).and_then(|()| threads()).map_err(unfit)?;
            train.run(&STOP)
        }
        Command::Verify(verify) => start().and_then(|()| verify.run()),
        Command::Predict(predict) => start().and_then(|()| predict.run()),
        Command::Evaluate(evaluate) => start().and_then(|()| evaluate.run()),
        Command::Export(export) => start().and_then(|()| export.run()),
        Command::SelfTest(test) => start().and_then(|()| test.run()),
        Command::Report(report) => start().and_then(|()| report.run()),
    }
}

/// Starts the threads here, where those that cannot be had are an error.
fn threads() -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new().build_global().context("cannot start threads")
}

/// Help goes its own way; what is wrong with the command line is shown without obeying it.
fn refuse(error: &clap::Error) -> ! {
    if error.use_stderr() {
        corrkd_system::to_err(error.render());
        std::process::exit(error.exit_code());
    }
    error.exit()
}
