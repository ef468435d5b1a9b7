//! Endurance: one runner has a thousand runs done, and its own memory stays flat.

use crate::act::Act;
use crate::command::{Running, copy};
use crate::data::EXPERIMENT;
use crate::tally::Tally;
use crate::trial::{Trial, trials};
use crate::world::World;
use anyhow::{Context, Result, ensure};
use corrkd_config::Exit;
use std::fs;
use std::thread;
use std::time::Duration;

/// How much more memory the runner may take in the last tenth of the runs than in the second, in KiB for each run: a run's
/// name and its failure, if it has one, are kept.
const KIB_PER_RUN: u64 = 2;
/// And for the steps in which memory is had from the system, in KiB.
const STEPS: u64 = 1024;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) fn run(world: &World, tally: &Tally) -> Result<()> {
    let runs = world.size(100, 1000);
    trials(world, tally, "endurance", (1, 1), |trial, _| endure(world, trial, tally, runs));
    Ok(())
}

fn endure(world: &World, trial: &Trial, tally: &Tally, runs: usize) -> Result<String> {
    // A teacher and a student for each seed.
    let seeds: Vec<String> = (1..=runs / 2).map(|seed| seed.to_string()).collect();
    let (head, _) = EXPERIMENT.split_once("[[variant]]\nname = \"without-scd\"").context("the experiment's rows")?;
    let text =
        head.replace("seeds = [1]", &format!("seeds = [{}]", seeds.join(", "))).replace("epochs = 6", "epochs = 1");
    for (name, bytes) in [("own.toml", text.into_bytes()), ("recipe.toml", fs::read(world.file("recipe.toml"))?)] {
        fs::write(trial.path(name), bytes)?;
    }
    fs::create_dir(trial.path("runs"))?;
    copy(&world.reference(Act::Ablate).join("runs/cache"), &trial.path("runs/cache"))?;
    trial.did(format!("{runs} runs by one runner"));
    let mut command = world.corrkd();
    command.arg("ablate").arg(trial.path("own.toml")).arg("--data").arg(world.file("data"));
    command.arg("--runs").arg(trial.path("runs")).arg("--plain");
    let mut running = Running::start(&mut command)?;
    // Memory by how many runs there are.
    let mut seen: Vec<(usize, u64)> = Vec::new();
    while running.child.try_wait()?.is_none() {
        if let Some(kib) = resident(running.child.id()) {
            let done = fs::read_dir(trial.path("runs"))?.count();
            seen.push((done, kib));
        }
        thread::sleep(PAUSE);
    }
    running.end(PAUSE)?.expect(&[Exit::Done])?;
    let results = fs::read_dir(trial.path("runs"))?.flatten().filter(|run| run.path().join("result.json").is_file());
    let results = results.count();
    ensure!(results == runs, "{results} results of {runs} runs");
    // The report is made by another process, which the last tenth may meet.
    let most = |tenth: usize| {
        let within = |&&(done, _): &&(usize, u64)| done * 10 / runs == tenth;
        seen.iter().filter(within).map(|(_, kib)| *kib).max().context("the runner was not seen at work")
    };
    let (first, last) = (most(1)?, most(9)?);
    let bound = first + STEPS + KIB_PER_RUN * runs as u64;
    tally.note(format!("the runner's memory: {first} KiB in the second tenth of {runs} runs, {last} KiB in the last"));
    ensure!(
        last <= bound,
        "the runner takes {first} KiB in the second tenth, {last} KiB in the last, more than {bound}"
    );
    tally.tried("runs by one runner", runs as u64 - 1);
    Ok("runs by one runner".to_owned())
}

/// The resident memory of a process in KiB.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?.trim().parse().ok()
}
