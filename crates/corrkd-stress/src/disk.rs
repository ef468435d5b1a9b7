//! The disk: full, at a random number of bytes that are left; and closed to reading or writing, at every kind of file.

use crate::act::{Act, nothing_begun};
use crate::bits::listing;
use crate::command::{Ended, copy, done, limited, run as attempt, tool};
use crate::tally::Tally;
use crate::trial::{Trial, trials};
use crate::world::World;
use anyhow::{Context, Result, ensure};
use corrkd_config::Exit;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a command may end with that finds no room or no way.
const REFUSED: [Exit; 4] = [Exit::Done, Exit::Input, Exit::Data, Exit::RunsFailed];
/// More than any of the commands needs.
const ROOM: &str = "size=400m";
/// A user of no name, who owns nothing.
const NOBODY: &str = "65534";

/// What is closed: the command, what it starts from (finished or not at all), what is removed of that, what is closed, and to
/// what rights. `*` stands for the name of a run.
type Closed = (Act, bool, &'static str, &'static str, &'static str);

const CLOSED: [Closed; 31] = [
    (Act::Ablate, false, "", "runs", "555"),
    (Act::Ablate, false, "", "runs/cache", "555"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/student*", "555"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/student*/events.jsonl", "444"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/student*/events.jsonl", "000"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/student*/log.txt", "444"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/student*/lock", "444"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/student*/last.safetensors", "000"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/student*/best.safetensors", "000"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/teacher*/best.safetensors", "000"),
    (Act::Ablate, true, "runs/student*/result.json", "runs/teacher*/result.json", "000"),
    (Act::Ablate, true, "", "runs/student*/spec.json", "000"),
    (Act::Ablate, true, "", "runs/student*/result.json", "000"),
    (Act::Ablate, true, "", "runs/student*/predictions.csv", "000"),
    (Act::Ablate, true, "", "runs/student*/representations.csv", "000"),
    (Act::Ablate, true, "", "runs/cache/hashes.json", "000"),
    (Act::Ablate, true, "", "runs/reports", "555"),
    (Act::Ablate, true, "", "runs/reports/own", "555"),
    (Act::Ablate, true, "runs/cache/*.safetensors", "runs/cache", "555"),
    (Act::Generate, true, "runs/cache/synthetic*/labels.csd", "runs/cache/synthetic*", "555"),
    (Act::Generate, true, "runs/student*/result.json", "runs/cache/synthetic*/COVAREP.csd", "000"),
    (Act::Report, true, "", "runs/reports/own", "555"),
    (Act::Report, true, "", "runs/reports/own/sweep.json", "000"),
    (Act::Report, true, "", "runs/student*/predictions.csv", "000"),
    (Act::Verify, true, "", "runs", "555"),
    (Act::Verify, true, "", "runs/student*/result.json", "000"),
    (Act::Prepare, false, "", "", "555"),
    (Act::Align, false, "", "", "555"),
    (Act::Align, false, "", "cache", "555"),
    (Act::Import, false, "", "", "555"),
    (Act::Fetch, false, "", "data", "555"),
];

pub(crate) fn run(world: &World, tally: &Tally) -> Result<()> {
    let mounts = {
        let probe = world.folder().join("probe");
        fs::create_dir(&probe)?;
        let mounted = mount(&probe, ROOM).is_ok();
        if mounted {
            tool("umount", &[&probe.to_string_lossy()])?;
        }
        mounted
    };
    tally.note(if mounts { "a full disk: a tmpfs" } else { "a full disk: a limit on the size of files" }.to_owned());
    let acts = [&[Act::Ablate; 4][..], &[Act::Generate], &Act::ALL].concat();
    trials(world, tally, "full", (world.size(acts.len(), 20 * acts.len()), 2), |trial, number| {
        full(world, trial, acts[number % acts.len()], mounts)
    });
    let user = Nobody::find(world);
    if let Err(why) = &user {
        CLOSED.iter().for_each(|_| tally.skipped(why));
        return Ok(());
    }
    let rounds = world.size(1, 4);
    trials(world, tally, "closed", (rounds * CLOSED.len(), 2), |trial, number| match &user {
        Ok(user) => closed(world, trial, CLOSED[number % CLOSED.len()], user),
        Err(_) => Ok(String::new()),
    });
    Ok(())
}

/// A command whose disk is full at some moment; then the same with room.
fn full(world: &World, trial: &Trial, act: Act, mounts: bool) -> Result<String> {
    let folder = trial.path("disk");
    fs::create_dir(&folder)?;
    if mounts {
        mount(&folder, ROOM)?;
    }
    let outcome = filled(world, trial, act, &folder, mounts);
    if mounts {
        tool("umount", &["--lazy", &folder.to_string_lossy()])?;
    }
    outcome.map(|()| format!("full at {act:?}"))
}

fn filled(world: &World, trial: &Trial, act: Act, folder: &Path, mounts: bool) -> Result<()> {
    act.set_up(world, folder, trial.below(2) == 0)?;
    let (before, after) = (kib(folder)?, kib(&world.reference(act))?);
    let length = |name: String| fs::metadata(world.reference(act).join(name)).map_or(0, |about| about.len() / 512);
    let largest = listing(&world.reference(act))?.into_iter().map(length).max().unwrap_or_default();
    let ended = if mounts {
        // Files are in pieces of 4 KiB there; a checkpoint is written beside the one before.
        let left = 4 * trial.below((after.saturating_sub(before) / 4 + 8) as usize) as u64;
        trial.did(format!("{act:?} with {left} KiB left"));
        remount(folder, &format!("size={}k", used(folder)? + left))?;
        attempt(&mut act.command(world, folder))?
    } else {
        let blocks = trial.below(largest as usize + 2);
        trial.did(format!("{act:?} with files of at most {blocks} blocks"));
        attempt(&mut limited(&format!("trap '' XFSZ; ulimit -f {blocks}"), &act.command(world, folder)))?
    };
    refused(&ended, folder)?;
    nothing_begun(folder, act)?;
    if mounts {
        remount(folder, ROOM)?;
    }
    again(world, trial, act, folder, &ended)
}

/// A command that may not read or write some file or folder; then the same where it may.
fn closed(world: &World, trial: &Trial, closed: Closed, user: &Nobody) -> Result<String> {
    let folder = user.folder(trial.folder())?;
    let outcome = shut(world, trial, closed, user, &folder);
    if outcome.is_err() {
        copy(&folder, &trial.path("closed"))?;
    }
    fs::remove_dir_all(&folder)?;
    outcome
}

fn shut(world: &World, trial: &Trial, closed: Closed, user: &Nobody, folder: &Path) -> Result<String> {
    let (act, finished, remove, close, rights) = closed;
    match finished {
        true if matches!(act, Act::Ablate | Act::Generate) => {
            copy(&world.reference(act).join("runs"), &folder.join("runs"))?;
        }
        _ => act.set_up(world, folder, false)?,
    }
    for made in ["runs", "cache", "data"].into_iter().filter(|made| close.starts_with(made)) {
        fs::create_dir_all(folder.join(made))?;
    }
    if close == "runs" && !finished {
        fs::remove_dir_all(folder.join("runs"))?;
        fs::create_dir(folder.join("runs"))?;
    }
    if close == "runs/cache" {
        fs::remove_dir_all(folder.join("runs"))?;
        fs::create_dir_all(folder.join("runs/cache"))?;
    }
    if let Some(path) = find(folder, remove)?.filter(|_| !remove.is_empty()) {
        fs::remove_file(path)?;
    }
    let Some(path) = find(folder, close)? else { return Ok("files that are not there".to_owned()) };
    trial.did(format!("{act:?} without `{remove}` while {rights} are the rights of `{close}`"));
    if user.root {
        tool("chown", &["-R", &format!("{NOBODY}:{NOBODY}"), &folder.to_string_lossy()])?;
    }
    let kept = fs::metadata(&path)?.permissions();
    tool("chmod", &[rights, &path.to_string_lossy()])?;
    let command = || user.command(&act.command(world, folder));
    let ended = attempt(&mut command())?;
    fs::set_permissions(&path, kept)?;
    refused(&ended, folder)?;
    nothing_begun(folder, act)?;
    let outcome = if ended.code == Some(0) && act.refuses_twice() {
        act.check(world, folder)
    } else {
        trial.did("the same command again");
        done(&mut command()).and_then(|_| act.check(world, folder))
    };
    outcome.map(|()| format!("closed at {act:?}"))
}

/// It went well, or failed and named a path.
fn refused(ended: &Ended, folder: &Path) -> Result<()> {
    ended.expect(&REFUSED)?;
    let named = ended.said().contains(&*folder.to_string_lossy());
    ensure!(ended.code == Some(0) || named, "no path is named: {}", ended.told());
    Ok(())
}

fn again(world: &World, trial: &Trial, act: Act, folder: &Path, ended: &Ended) -> Result<()> {
    if !(ended.code == Some(0) && act.refuses_twice()) {
        trial.did("the same command again");
        done(&mut act.command(world, folder))?;
    }
    act.check(world, folder)
}

/// The path in a folder that a pattern stands for; the first where there are several.
fn find(folder: &Path, pattern: &str) -> Result<Option<PathBuf>> {
    let mut paths = vec![folder.to_owned()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let Some((start, end)) = part.split_once('*') else {
            paths.iter_mut().for_each(|path| path.push(part));
            continue;
        };
        let mut found = Vec::new();
        for path in paths.iter().filter(|path| path.is_dir()) {
            let names = fs::read_dir(path)?.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
            found.extend(names.filter(|n| n.starts_with(start) && n.ends_with(end)).map(|name| path.join(name)));
        }
        found.sort();
        paths = found;
    }
    Ok(paths.into_iter().find(|path| path != folder && path.exists() || pattern.is_empty()))
}

/// Somebody for whom rights count, which they do not for root.
struct Nobody {
    /// Root gives up its rights for these commands; others have none to give up.
    root: bool,
    program: PathBuf,
    place: PathBuf,
}

impl Nobody {
    /// The reason where there is nobody.
    fn find(world: &World) -> Result<Self, String> {
        let output = Command::new("id").arg("-u").output().map_err(|error| format!("cannot ask `id`: {error}"))?;
        let root = output.stdout == b"0\n";
        // Where everybody may go, which a checkout need not be.
        let place = std::env::temp_dir().join(format!("corrkd-stress-closed-{}", std::process::id()));
        let user = Self { root, program: world.program().to_owned(), place };
        let tried = user.command(&{
            let mut probe = Command::new(&user.program);
            probe.arg("--version");
            probe
        });
        match attempt(&mut { tried }) {
            Ok(ended) if ended.code == Some(0) => Ok(user),
            Ok(ended) => {
                Err(format!("root cannot give up its rights by setpriv, or others cannot start {}", ended.told()))
            }
            Err(error) => Err(format!("root cannot give up its rights: {error:#}")),
        }
    }

    /// A folder that everybody can reach.
    fn folder(&self, trial: &Path) -> Result<PathBuf> {
        let folder = self.place.join(trial.file_name().unwrap_or_default());
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    fn command(&self, command: &Command) -> Command {
        if !self.root {
            let mut same = Command::new(command.get_program());
            same.args(command.get_args());
            return same;
        }
        let mut dropped = Command::new("setpriv");
        dropped.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
        dropped.arg(command.get_program()).args(command.get_args());
        dropped
    }
}

impl Drop for Nobody {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.place);
    }
}

fn mount(folder: &Path, options: &str) -> Result<()> {
    tool("mount", &["-t", "tmpfs", "-o", options, "tmpfs", &folder.to_string_lossy()])
}

fn remount(folder: &Path, size: &str) -> Result<()> {
    tool("mount", &["-o", &format!("remount,{size}"), &folder.to_string_lossy()])
}

/// What is in use of the disk that a folder is, in KiB.
fn used(folder: &Path) -> Result<u64> {
    let output = Command::new("df").args(["-k", "--output=used"]).arg(folder).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().last().and_then(|number| number.parse().ok()).context("df does not say what is in use")
}

/// About what a folder takes, in KiB.
fn kib(folder: &Path) -> Result<u64> {
    let output = Command::new("du").args(["-sk", "--apparent-size"]).arg(folder).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // Each file takes whole pieces.
    let files = listing(folder)?.len() as u64;
    Ok(text.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) + 4 * files)
}
