//! Broken pipes: the reader of what a command says goes away, at once or after some lines.

use crate::act::Act;
use crate::command::{LIMIT, Running, done};
use crate::tally::Tally;
use crate::trial::{Trial, trials};
use crate::world::World;
use anyhow::Result;
use corrkd_config::Exit;
use std::io::{BufRead, BufReader, Read};
use std::process::Command;

/// Commands that only say something; `FILES` stands for the folder of the files.
const SAYING: [&[&str]; 6] = [
    &["--help"],
    &["ablate", "--help"],
    &["ablate", "FILES/own.toml", "--data", "FILES/data", "--dry-run"],
    &["data", "check", "FILES/data/labels.csd"],
    &["data", "describe", "FILES/data/labels.csd", "--json"],
    &["data", "describe", "FILES/data/language.csd", "FILES/data/audio.csd", "FILES/data/vision.csd"],
];

pub(crate) fn run(world: &World, tally: &Tally) -> Result<()> {
    // Each command with each stream and number of lines.
    let cases: Vec<(usize, bool, usize)> = (0..Act::ALL.len() + SAYING.len())
        .flat_map(|command| [false, true].map(|error| (command, error)))
        .flat_map(|(command, error)| [0, 1, 2, 6].map(|lines| (command, error, lines)))
        .collect();
    let step = world.size(2, 1);
    let cases: Vec<_> = cases.into_iter().step_by(step).collect();
    let rounds = world.size(1, 6);
    trials(world, tally, "pipes", (rounds * cases.len(), 2), |trial, number| {
        let (command, error, lines) = cases[number % cases.len()];
        close(world, trial, command, error, lines)
    });
    Ok(())
}

fn close(world: &World, trial: &Trial, number: usize, error: bool, lines: usize) -> Result<String> {
    let act = Act::ALL.get(number).copied();
    let mut command = match act {
        Some(act) => {
            act.set_up(world, trial.folder(), false)?;
            act.command(world, trial.folder())
        }
        None => saying(world, SAYING[number - Act::ALL.len()]),
    };
    let stream = if error { "stderr" } else { "stdout" };
    trial.did(format!("{stream} closed after {lines} lines of {:?}", command.get_args().collect::<Vec<_>>()));
    let mut running = Running::piped(&mut command, error)?;
    let out = running.child.stdout.take().map(|out| Box::new(out) as Box<dyn Read>);
    let heard = out.or(running.child.stderr.take().map(|err| Box::new(err) as Box<dyn Read>));
    if lines > 0 {
        let _ = heard.map(|heard| BufReader::with_capacity(64, heard).lines().take(lines).for_each(drop));
    }
    let ended = running.end(LIMIT)?;
    ended.expect(&[Exit::Done, Exit::Interrupted])?;
    match act {
        Some(act) if act.refuses_twice() && ended.code == Some(0) => act.check(world, trial.folder())?,
        Some(act) => {
            trial.did("the same command again");
            done(&mut act.command(world, trial.folder()))?;
            act.check(world, trial.folder())?;
        }
        None => _ = done(&mut command)?,
    }
    Ok(format!("{stream} closed"))
}

fn saying(world: &World, arguments: &[&str]) -> Command {
    let files = world.file("").display().to_string();
    let mut command = world.corrkd();
    command.args(arguments.iter().map(|argument| argument.replace("FILES/", &files)));
    command
}
