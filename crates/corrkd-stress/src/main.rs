//! `corrkd-stress` tries to break `corrkd`, and counts what it tried: kills, sweeps side by side, full disks, flipped bits,
//! mutated and hostile inputs, broken pipes, a thousand runs. `cargo xtask stress` builds both and starts it.

mod act;
mod bits;
mod command;
mod data;
mod disk;
mod endurance;
mod flips;
mod hostile;
mod kills;
mod mutants;
mod pipes;
mod seal;
mod server;
mod side_by_side;
mod tally;
mod trial;
mod world;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use corrkd_config::Exit;
use corrkd_system::{err, out};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use tally::Tally;
use world::World;

/// Try to break corrkd, count what was tried, and say what did not hold
#[derive(Parser)]
#[command(name = "cargo xtask stress", bin_name = "cargo xtask stress", version)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Cli {
    /// The program to try
    #[arg(long, value_name = "PATH", required = true)]
    program: Option<PathBuf>,
    /// Some of everything, in about three minutes; without it a million mutants, a thousand runs and as many trials as it
    /// takes an hour for
    #[arg(long)]
    short: bool,
    /// Only these campaigns: kills, side-by-side, disk, flips, mutants, hostile, pipes, endurance
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    only: Vec<String>,
    /// What all draws start from: the same seed tries the same
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(subcommand)]
    worker: Option<Worker>,
}

#[derive(clap::Subcommand)]
enum Worker {
    /// Read mutated inputs, in a process that may die of them
    #[command(hide = true)]
    Mutants(mutants::Worker),
}

struct Campaign {
    name: &'static str,
    held: &'static str,
    run: fn(&World, &Tally) -> Result<()>,
}

const CAMPAIGNS: [Campaign; 8] = [
    Campaign {
        name: "kills",
        held: "the same command again ends with 0 and the same bits; no process, file or result too many or too few",
        run: kills::run,
    },
    Campaign {
        name: "side-by-side",
        held: "two to four sweeps in one folder all end with 0 and the same tables",
        run: side_by_side::run,
    },
    Campaign {
        name: "disk",
        held: "full or closed to writing: an error that names the path; with room, 0 and the same bits",
        run: disk::run,
    },
    Campaign {
        name: "flips",
        held: "a changed bit, a cut or another run's file: the same bits, or a refusal that names the file",
        run: flips::run,
    },
    Campaign {
        name: "mutants",
        held: "each reader gives a value or an error, in bounded time and memory",
        run: mutants::run,
    },
    Campaign {
        name: "hostile",
        held: "files and servers that mean harm are refused in time; nothing of them reaches a terminal",
        run: hostile::run,
    },
    Campaign {
        name: "pipes",
        held: "output that nobody reads ends a command quietly; the same command again ends with 0",
        run: pipes::run,
    },
    Campaign {
        name: "endurance",
        held: "one runner has many runs done, and takes no more memory at the end than at the start",
        run: endurance::run,
    },
];

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.worker {
        Some(Worker::Mutants(worker)) => worker.run().map(|()| true),
        None => stress(&cli),
    };
    let exit = match done {
        Ok(true) => Exit::Done,
        Ok(false) => Exit::Fault,
        Err(error) => {
            err(format_args!("error: {error:#}"));
            Exit::Fault
        }
    };
    ExitCode::from(exit.code())
}

/// Runs the campaigns and prints what came of them; whether all held.
fn stress(cli: &Cli) -> Result<bool> {
    ensure!(cfg!(target_os = "linux"), "this needs Linux, whose /proc tells of processes and their memory");
    let names = CAMPAIGNS.map(|campaign| campaign.name);
    if let Some(other) = cli.only.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("--only: there is no `{other}`, expected {}", names.join(", "));
    }
    let program = cli.program.as_deref().context("--program is not given")?;
    let started = Instant::now();
    let world = World::make(program, cli.seed, cli.short)?;
    let mut tallies = Vec::new();
    for campaign in CAMPAIGNS.iter().filter(|c| cli.only.is_empty() || cli.only.iter().any(|name| name == c.name)) {
        err(format_args!("{}: {}", campaign.name, campaign.held));
        let begun = Instant::now();
        let tally = Tally::new(campaign.name, campaign.held);
        // A campaign that cannot go on has found something, too.
        if let Err(error) = (campaign.run)(&world, &tally) {
            tally.failed(format!("it could not go on: {error:#}"));
        }
        err(format_args!("  {} in {:.0} s", tally.summary(), begun.elapsed().as_secs_f64()));
        tallies.push(tally);
    }
    out(tally::table(&tallies))?;
    let failures = tallies.iter().map(Tally::failures).sum::<usize>();
    let form = if cli.short { " --short" } else { "" };
    let only = if cli.only.is_empty() { String::new() } else { format!(" --only {}", cli.only.join(",")) };
    out(format_args!(
        "cargo xtask stress{form}{only} --seed {}: {failures} failures in {:.0} s",
        cli.seed,
        started.elapsed().as_secs_f64()
    ))?;
    if failures > 0 {
        out(format_args!("What failed was kept in {}", world.kept().display()))?;
    }
    Ok(failures == 0)
}
