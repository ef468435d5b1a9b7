//! Hostile inputs: special files, endless ones, absurd sizes, deep nesting, names that a terminal would obey; and servers that
//! mean harm. The program refuses them in time, within bounded memory.

mod files;
mod servers;

use crate::bits::listing;
use crate::command::{Running, limited};
use crate::tally::Tally;
use crate::trial::{Trial, trials};
use crate::world::World;
use anyhow::{Context, Result, ensure};
use corrkd_config::Exit;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Address space of a command, 4 GiB: as much again as the largest thing that it makes here, with its threads.
const MEMORY: &str = "ulimit -v 4194304";
/// A file is refused so soon, beside other work; a server within the program's own patience.
const SOON: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(300);
/// What must not be written beside a trial's own folders.
const OUTSIDE: &str = "outside";

/// Something hostile: what it is, how it is made and given, and what it may end with.
type Case = (&'static str, fn(&World, &Trial) -> Result<Command>, &'static [Exit]);

pub(crate) fn run(world: &World, tally: &Tally) -> Result<()> {
    // Servers make the program wait most of the time.
    thread::scope(|scope| {
        scope.spawn(|| servers(world, tally));
        files(world, tally);
    });
    Ok(())
}

fn files(world: &World, tally: &Tally) {
    let files = files::cases();
    let rounds = world.size(1, 3);
    trials(world, tally, "hostile-files", (rounds * files.len(), 2), |trial, number| {
        let (what, make, exits) = files[number % files.len()];
        trial.did(what);
        let command = make(world, trial).context("it could not be made")?;
        let ended = Running::start(&mut limited(MEMORY, &command))?.end(SOON)?;
        ended.expect(exits)?;
        ensure!(ended.code == Some(0) || !ended.err.is_empty(), "it does not say why");
        let names = listing(trial.folder())?;
        ensure!(!names.iter().any(|name| name.starts_with(OUTSIDE)), "something is written outside: {names:?}");
        Ok("files".to_owned())
    });
}

fn servers(world: &World, tally: &Tally) {
    let mut servers = servers::cases();
    servers.retain(|server| !(world.short && server.slow));
    trials(world, tally, "hostile-servers", (servers.len(), servers.len()), |trial, number| {
        let server = &servers[number];
        trial.did(server.what);
        let ended = Running::start(&mut server.fetch(world, trial)?)?.end(PATIENCE)?;
        ended.expect(&[Exit::Input, Exit::Data])?;
        let named = ended.err.contains("labels.csd") || ended.err.contains("127.0.0.1");
        ensure!(named, "it does not say which file: {}", ended.told());
        ensure!(!trial.path("to/labels.csd").exists(), "a file of a server that lies was kept");
        Ok("servers".to_owned())
    });
}
