//! Flips: one bit of a file is another, a file is cut, or is another run's; of finished sweeps and of half-finished ones. Then
//! the same sweep, `verify` and `report`: what decides a number is proved where it is read.

use crate::act::Act;
use crate::bits::{self, Bits, listing};
use crate::command::{Ended, LIMIT, Running, copy, done, run as attempt, signal};
use crate::tally::Tally;
use crate::trial::{Trial, trials};
use crate::world::World;
use anyhow::{Context, Result, ensure};
use corrkd_config::Exit;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Files of a sweep over the data set in files, by how their paths end.
const RECORDS: [&str; 10] = [
    "/spec.json",
    "/result.json",
    "/events.jsonl",
    "/last.safetensors",
    "/best.safetensors",
    "/predictions.csv",
    "/representations.csv",
    "own/sweep.json",
    "cache/*.safetensors",
    "cache/hashes.json",
];
/// Files of a sweep over generated data.
const GENERATED: [&str; 2] = ["cache/*.csd", "cache/*.safetensors"];
/// What the data set is made of.
const INPUTS: [&str; 6] =
    ["recipe.toml", "data/folds.toml", "data/labels.csd", "data/language.csd", "data/audio.csd", "data/vision.csd"];

pub(crate) fn run(world: &World, tally: &Tally) -> Result<()> {
    let halves = halves(world, world.size(2, 8))?;
    tally.note(format!("{} half-finished sweeps to start from", halves.len()));
    let kinds = 2 * RECORDS.len() + GENERATED.len() + INPUTS.len();
    trials(world, tally, "flips", (world.size(kinds / 2, 30 * kinds), 2), |trial, number| {
        // In steps that have no factor in common with their number, so that some are of all sorts.
        let kind = (3 * number + world.seed as usize) % kinds;
        let (halved, made) = (RECORDS.len(), 2 * RECORDS.len());
        match kind {
            kind if kind < halved => record(world, trial, RECORDS[kind], None),
            kind if kind < made => record(world, trial, RECORDS[kind - halved], Some(&halves)),
            kind if kind < made + GENERATED.len() => generated(world, trial, GENERATED[kind - made]),
            kind => input(world, trial, INPUTS[kind - made - GENERATED.len()]),
        }
    });
    Ok(())
}

/// Sweeps that were killed when some runs were finished and others had a checkpoint.
fn halves(world: &World, count: usize) -> Result<Vec<PathBuf>> {
    let mut halves = Vec::new();
    // Where the machine is so busy that no moment is right, there are fewer.
    for number in 0..6 * count {
        let folder = world.folder().join(format!("half-{number}"));
        fs::create_dir(&folder)?;
        Act::Ablate.set_up(world, &folder, false)?;
        let running = Running::start(&mut Act::Ablate.command(world, &folder))?;
        let ends =
            |name: &str| Ok::<_, anyhow::Error>(listing(&folder.join("runs"))?.iter().any(|n| n.ends_with(name)));
        // A teacher is finished; its students are at work a little.
        while !ends("/result.json")? && running.seconds() < LIMIT.as_secs_f64() {
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_secs_f64(world.seconds(Act::Ablate) * 0.08 * (number % 6) as f64));
        signal(running.child.id(), "KILL");
        running.end(LIMIT)?;
        thread::sleep(Duration::from_secs(1));
        let names = listing(&folder.join("runs"))?;
        let begun = names.iter().filter_map(|name| name.strip_suffix("/last.safetensors"));
        if begun.into_iter().any(|run| !names.contains(&format!("{run}/result.json"))) {
            halves.push(folder);
        }
        if halves.len() == count {
            break;
        }
    }
    ensure!(!halves.is_empty(), "no sweep could be killed between a finished run and its end");
    Ok(halves)
}

/// A file of a finished or half-finished sweep over the data set in files.
fn record(world: &World, trial: &Trial, kind: &str, halves: Option<&[PathBuf]>) -> Result<String> {
    let from = halves.map_or_else(|| world.reference(Act::Ablate), |halves| trial.one_of(halves).clone());
    copy(&from.join("runs"), &trial.path("runs"))?;
    let Some(file) = damage(trial, &trial.path("runs"), kind)? else {
        return Ok("files that are not there".to_owned());
    };
    let verify = run_of(&file).map_or_else(|| Act::Verify.command(world, trial.folder()), |run| verify(world, run));
    let report = || Act::Report.command(world, trial.folder());
    if halves.is_none() {
        if trial.below(2) == 0 {
            held(&file, &attempt(&mut { verify })?, true)?;
        } else {
            reported(world, trial, &file, &attempt(&mut report())?)?;
        }
    }
    trial.did("ablate");
    let ended = attempt(&mut Act::Ablate.command(world, trial.folder()))?;
    held(&file, &ended, false)?;
    if ended.code == Some(0) {
        Act::Ablate.check(world, trial.folder())?;
        let verify =
            run_of(&file).map_or_else(|| Act::Verify.command(world, trial.folder()), |run| self::verify(world, run));
        trial.did("verify");
        done(&mut { verify })?;
        trial.did("report");
        done(&mut report())?;
        Act::Ablate.check(world, trial.folder())?;
    }
    Ok(format!("of {}", kind.rsplit('/').next().unwrap_or(kind)))
}

/// A file of a sweep over generated data.
fn generated(world: &World, trial: &Trial, kind: &str) -> Result<String> {
    copy(&world.reference(Act::Generate).join("runs"), &trial.path("runs"))?;
    let Some(file) = damage(trial, &trial.path("runs"), kind)? else {
        return Ok("files that are not there".to_owned());
    };
    let student = world.students(&trial.path("runs"))?.remove(0);
    let mut verify = world.corrkd();
    verify.arg("verify").arg(student);
    held(&file, &attempt(&mut verify)?, false)?;
    trial.did("ablate");
    let ended = attempt(&mut Act::Generate.command(world, trial.folder()))?;
    held(&file, &ended, false)?;
    if ended.code == Some(0) {
        Act::Generate.check(world, trial.folder())?;
    }
    Ok(format!("of generated {kind}"))
}

/// A file that the data set is made of: other bytes are another data set, or refused.
fn input(world: &World, trial: &Trial, kind: &str) -> Result<String> {
    for name in ["own.toml", "recipe.toml", "data"] {
        copy(&world.file(name), &trial.path(name))?;
    }
    let ablate = || {
        let mut command = world.corrkd();
        command.arg("ablate").arg(trial.path("own.toml")).arg("--data").arg(trial.path("data"));
        command.arg("--runs").arg(trial.path("runs")).arg("--plain");
        command
    };
    done(&mut ablate())?;
    let before = bits::sweep(&trial.path("runs"), "own")?;
    let student = world.students(&trial.path("runs"))?.remove(0);
    let runs = || -> Result<Bits> {
        let mut files = bits::files(&trial.path("runs"))?;
        files.retain(|name, _| name.ends_with("/result.json"));
        Ok(files)
    };
    let finished = runs()?;
    let Some(file) = damage(trial, trial.folder(), kind)? else { return Ok("files that are not there".to_owned()) };
    trial.did("ablate");
    let ended = attempt(&mut ablate())?;
    // Numbers that no network learns from cost the runs.
    if ended.code != Some(Exit::RunsFailed.code().into()) {
        held(&file, &ended, false)?;
    }
    if ended.code == Some(0) {
        let after = bits::sweep(&trial.path("runs"), "own")?;
        let anew = runs()?.len() == 2 * finished.len();
        ensure!(anew || bits::same(&before, &after).is_ok(), "other numbers under the same names");
    }
    trial.did("verify");
    let mut verify = world.corrkd();
    verify.arg("verify").arg(&student).arg("--data").arg(trial.path("data"));
    let verified = attempt(&mut verify)?;
    // Which of the files is another it need not know.
    verified.expect(&[Exit::Done, Exit::Input, Exit::Data])?;
    Ok(format!("of the input {kind}"))
}

/// Damages a random file of a kind, and gives its path; none where there is none.
fn damage(trial: &Trial, folder: &Path, kind: &str) -> Result<Option<PathBuf>> {
    let (start, end) = kind.split_once('*').unwrap_or(("", kind));
    let fits = |name: &String| name.ends_with(end) && name.starts_with(start);
    let mut files: Vec<PathBuf> = listing(folder)?.iter().filter(|name| fits(name)).map(|n| folder.join(n)).collect();
    // What was remembered is not listed.
    files.extend(Some(folder.join(kind)).filter(|path| files.is_empty() && path.is_file()));
    files.retain(|path| fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() > 0));
    if files.is_empty() {
        return Ok(None);
    }
    let path = trial.one_of(&files).clone();
    let time = fs::metadata(&path)?.modified()?;
    let mut bytes = fs::read(&path)?;
    let name = path.strip_prefix(trial.folder())?.display().to_string();
    let other = files[trial.below(files.len())].clone();
    match trial.below(8) {
        0 => {
            let length = trial.below(bytes.len());
            bytes.truncate(length);
            trial.did(format!("{name} cut to {length} bytes"));
        }
        1 if other != path => {
            trial.did(format!("{name} is {}", other.strip_prefix(trial.folder())?.display()));
            bytes = fs::read(other)?;
        }
        _ => {
            let bit = trial.below(8 * bytes.len());
            bytes[bit / 8] ^= 1 << (bit % 8);
            trial.did(format!("bit {} of byte {} of {name}", bit % 8, bit / 8));
        }
    }
    fs::write(&path, bytes)?;
    // As it is where a disk changes what it holds.
    if trial.below(2) == 0 {
        File::options().append(true).open(&path)?.set_modified(time)?;
        trial.did("with its old time");
    }
    Ok(Some(path))
}

/// It went well, or was refused by a message that names the file, or its run.
fn held(file: &Path, ended: &Ended, same: bool) -> Result<()> {
    ended.expect(&[Exit::Done, Exit::Input, Exit::Data])?;
    ensure!(ended.code == Some(0) || names(file, ended), "the file is not named: {}", ended.told());
    ensure!(!(same && ended.code == Some(0)) || ended.out.contains("the same"), "not the same: {}", ended.told());
    Ok(())
}

/// A report has the same tables, or names the file or run that is left out.
fn reported(world: &World, trial: &Trial, file: &Path, ended: &Ended) -> Result<()> {
    held(file, ended, false)?;
    if ended.code == Some(0) && !names(file, ended) {
        let tables = |folder: &Path| bits::tables(&folder.join("runs/reports/own"));
        bits::same(&tables(&world.reference(Act::Ablate))?, &tables(trial.folder())?)
            .context("the report is silent")?;
    }
    Ok(())
}

fn names(file: &Path, ended: &Ended) -> bool {
    let said = ended.said();
    let name = |path: Option<&Path>| path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let run = run_of(file).and_then(|run| name(Some(run)));
    [name(Some(file)), run].into_iter().flatten().any(|name| said.contains(&name))
}

/// The folder of the run that a file is of.
fn run_of(file: &Path) -> Option<&Path> {
    file.parent().filter(|folder| folder.join("spec.json").is_file())
}

fn verify(world: &World, run: &Path) -> Command {
    let mut command = world.corrkd();
    command.arg("verify").arg(run).arg("--data").arg(world.file("data"));
    command
}
