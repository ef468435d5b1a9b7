//! Kills: of a long command, or of one of the processes that it started, at a random moment; then the same command again.

use crate::act::{Act, nothing_begun};
use crate::bits;
use crate::command::{LIMIT, Running, children, done, signal, working_in};
use crate::tally::Tally;
use crate::trial::{Trial, trials};
use crate::world::World;
use anyhow::{Result, ensure};
use corrkd_config::Exit;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// So long after the end of a command nothing of it may be left at work.
const SECOND: Duration = Duration::from_secs(1);
/// From an undisturbed command's start, the moments of kills, in its durations: beside other work it takes longer.
const SPAN: f64 = 1.5;

pub(crate) fn run(world: &World, tally: &Tally) -> Result<()> {
    // A sweep has most to lose.
    let acts = [&[Act::Ablate; 6][..], &[Act::Generate; 2], &Act::ALL].concat();
    let count = world.size(acts.len(), 25 * acts.len());
    trials(world, tally, "kills", (count, 2), |trial, number| kill(world, trial, acts[number % acts.len()]));
    Ok(())
}

fn kill(world: &World, trial: &Trial, act: Act) -> Result<String> {
    let cold = trial.below(2) == 0;
    let signal_name = *trial.one_of(&["KILL", "KILL", "HUP", "TERM", "INT"]);
    let of_child = matches!(act, Act::Ablate | Act::Generate) && trial.below(3) == 0;
    let moment = Duration::from_secs_f64(trial.uniform() * SPAN * world.seconds(act));
    act.set_up(world, trial.folder(), cold)?;
    let running = Running::start(&mut act.command(world, trial.folder()))?;
    thread::sleep(moment);
    let runner = running.child.id();
    let child = if of_child { children(runner).first().copied() } else { None };
    trial.did(format!("{signal_name} of {act:?}{} after {moment:.3?}", if child.is_some() { "'s child" } else { "" }));
    let told = Instant::now();
    signal(child.unwrap_or(runner), signal_name);
    let ended = running.end(LIMIT)?;
    let finished = ended.code == Some(0);
    match (child, signal_name) {
        (Some(_), _) => ended.expect(&Exit::ALL)?,
        (None, "KILL") => {}
        (None, _) => {
            // A signal that comes before the program does anything ends it as the system does.
            if ended.code.is_some() || !ended.err.is_empty() {
                ended.expect(&[Exit::Done, Exit::Interrupted])?;
            }
            ensure!(told.elapsed() < 5 * SECOND, "it took {:?} to end", told.elapsed());
        }
    }
    if child.is_none() {
        thread::sleep(SECOND);
        let left = working_in(trial.folder());
        ensure!(left.is_empty(), "a second later there is at work: {}", left.join("; "));
        if signal_name != "KILL" {
            nothing_begun(trial.folder(), act)?;
        }
    } else {
        thread::sleep(SECOND);
    }
    if !(finished && act.refuses_twice()) {
        let before = results(trial.folder())?;
        trial.did("the same command again");
        done(&mut act.command(world, trial.folder()))?;
        let after = results(trial.folder())?;
        let lost = before.iter().find(|(name, hash)| after.get(*name) != Some(*hash));
        ensure!(lost.is_none(), "a finished run was made again: {lost:?}");
    }
    act.check(world, trial.folder())?;
    Ok(format!("{signal_name} of {}", if child.is_some() { "children" } else { "commands" }))
}

/// The results that are there.
fn results(folder: &Path) -> Result<bits::Bits> {
    let mut results = bits::files(folder)?;
    results.retain(|name, _| name.ends_with("result.json") && !name.contains(".unfinished"));
    Ok(results)
}
