//! Hostile files, each given to the command that reads such.

use super::Case;
use crate::act::Act;
use crate::command::{copy, tool};
use crate::data::{EXPERIMENT, RECIPE, npy, sequence};
use crate::seal::seal;
use crate::trial::Trial;
use crate::world::World;
use anyhow::{Context, Result};
use corrkd_config::Exit;
use corrkd_csd::{Entry, Features, Rows};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const INPUT: &[Exit] = &[Exit::Input];
const REFUSED: &[Exit] = &[Exit::Input, Exit::Data];
/// Where a file may be made again, or passed over with a word.
const HEALED: &[Exit] = &[Exit::Done, Exit::Input, Exit::Data];
const DONE: &[Exit] = &[Exit::Done];

/// Text that moves the cursor, sets the title, rings, and turns the order of letters.
const ESCAPES: &str = "a\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}b";

pub(super) fn cases() -> Vec<Case> {
    vec![
        ("an experiment that is a pipe", |w, t| ablate(w, t, &special(t, "x.toml", "pipe")?), REFUSED),
        ("an experiment that is a device", |w, t| ablate(w, t, &special(t, "x.toml", "device")?), REFUSED),
        ("an experiment that is a folder", |w, t| ablate(w, t, &special(t, "x.toml", "folder")?), REFUSED),
        ("an experiment of 64 GiB", |w, t| ablate(w, t, &special(t, "x.toml", "huge")?), REFUSED),
        (
            "a pipe beside the experiment",
            |w, t| {
                special(t, "y.toml", "pipe")?;
                dry(w, t, EXPERIMENT)
            },
            DONE,
        ),
        ("a row with escapes in its name", |w, t| changed(w, t, "\"kl\"\nlosses", "\"a\\u001b[2Jb\"\nlosses"), INPUT),
        ("a row with a line end in its name", |w, t| changed(w, t, "\"kl\"\nlosses", "\"a\\nb\"\nlosses"), INPUT),
        (
            "a row with the report's own name",
            |w, t| changed(w, t, "\"kl\"\nlosses", "\"teacher (complete)\"\nlosses"),
            INPUT,
        ),
        (
            "a row of 65,536 letters",
            |w, t| changed(w, t, "\"kl\"\nlosses", &format!("\"{}\"\nlosses", "n".repeat(65_536))),
            INPUT,
        ),
        ("a title with escapes", |w, t| changed(w, t, "\"own\"", "\"a\\u001b]0;x\\u0007\""), INPUT),
        (
            "a sweep's key of 20,000 parts",
            |w, t| dry(w, t, &format!("{EXPERIMENT}[sweep]\n\"{}\" = [1]\n", ["a"; 20_000].join("."))),
            INPUT,
        ),
        ("100,000 nested lists", |w, t| dry(w, t, &format!("x = {}\n{EXPERIMENT}", "[".repeat(100_000))), INPUT),
        ("50,000 nested tables", |w, t| dry(w, t, &format!("x = {}\n{EXPERIMENT}", "{ a = ".repeat(50_000))), INPUT),
        (
            "five axes of sixty values",
            |w, t| {
                let values: Vec<String> = (0..60).map(|k| format!("{}", 0.1 + f64::from(k) / 10.0)).collect();
                let keys = [
                    "losses.scd.margin",
                    "losses.scd.weight",
                    "losses.cpd.weight",
                    "losses.rcd.weight",
                    "losses.task.weight",
                ];
                let axes: String = keys.iter().map(|key| format!("\"{key}\" = [{}]\n", values.join(","))).collect();
                dry(w, t, &format!("{EXPERIMENT}[sweep]\n{axes}"))
            },
            INPUT,
        ),
        (
            "100,000 seeds, only planned",
            |w, t| {
                let seeds: Vec<String> = (0..100_000).map(|seed| seed.to_string()).collect();
                dry(w, t, &EXPERIMENT.replace("seeds = [1]", &format!("seeds = [{}]", seeds.join(","))))
            },
            HEALED,
        ),
        ("a width of 2^62", |w, t| changed(w, t, "width = 8", "width = 4611686018427387904"), INPUT),
        ("layers without end", |w, t| changed(w, t, "layers = 1", "layers = 9223372036854775807"), INPUT),
        (
            "a hidden width of 2^63 - 1",
            |w, t| changed(w, t, "feed_forward = 8", "feed_forward = 9223372036854775807"),
            INPUT,
        ),
        (
            "a hidden width of a loss of 2^63 - 1",
            |w, t| changed(w, t, "hidden = 4", "hidden = 9223372036854775807"),
            INPUT,
        ),
        ("a kernel of 2^63 - 1", |w, t| changed(w, t, "heads = 2", "heads = 2, kernel = 9223372036854775807"), INPUT),
        ("a batch of 2^63 - 1", |w, t| changed(w, t, "batch = 8", "batch = 9223372036854775807"), HEALED),
        ("a recipe that is a pipe", |w, t| check(w, &special(t, "r.toml", "pipe")?), REFUSED),
        ("a recipe that is a device", |w, t| check(w, &special(t, "r.toml", "device")?), REFUSED),
        ("a recipe of 64 GiB", |w, t| check(w, &special(t, "r.toml", "huge")?), REFUSED),
        ("folds in a device", |w, t| recipe(w, t, "folds.toml", "/dev/zero"), REFUSED),
        ("folds outside", |w, t| recipe(w, t, "folds.toml", "/etc/passwd"), REFUSED),
        ("folds above", |w, t| recipe(w, t, "folds.toml", "../folds.toml"), REFUSED),
        ("labels outside", |w, t| recipe(w, t, "labels.csd", "/etc/passwd"), REFUSED),
        ("features above", |w, t| recipe(w, t, "audio.csd", "../data/audio.csd"), REFUSED),
        ("features of 2^62 columns", |w, t| recipe(w, t, "width = 5", "width = 4611686018427387904"), REFUSED),
        (
            "samples of 2^62 frames",
            |w, t| {
                fs::write(t.path("recipe.toml"), RECIPE.replace("time = 3", "time = 4611686018427387904"))?;
                ablate(w, t, &put(t, "x.toml", EXPERIMENT)?)
            },
            REFUSED,
        ),
        ("a sequence that is a pipe", |w, t| check(w, &special(t, "x.csd", "pipe")?), REFUSED),
        ("a sequence that is a device", |w, t| check(w, &special(t, "x.csd", "device")?), REFUSED),
        ("a sequence of 64 GiB of zeros", |w, t| check(w, &special(t, "x.csd", "huge")?), REFUSED),
        ("ids with escapes, checked", |w, t| check(w, &escapes(t)?), HEALED),
        ("ids with escapes, described", |w, t| Ok(told(w, &["data", "describe"], &escapes(t)?)), HEALED),
        ("an import of a pipe", |w, t| import(w, t, &special(t, "x.pkl", "pipe")?), REFUSED),
        ("an import of a device", |w, t| import(w, t, &special(t, "x.pkl", "device")?), REFUSED),
        ("an import of 64 GiB of zeros", |w, t| import(w, t, &special(t, "x.npz", "huge")?), REFUSED),
        (
            "an array of 2^64 numbers",
            |w, t| import(w, t, &put(t, "x.npy", npy("<f4", &[1 << 62, 4], &[0; 64]))?),
            REFUSED,
        ),
        ("a sound array of no rows", |w, t| import(w, t, &put(t, "x.npy", npy("<f8", &[0, 5], &[]))?), REFUSED),
        (
            "a pickle of a million levels",
            |w, t| import(w, t, &put(t, "x.pkl", [b"\x80\x02N", &[0x85; 1_000_000][..], b"."].concat())?),
            REFUSED,
        ),
        (
            "a pickle that would run a program",
            |w, t| import(w, t, &put(t, "x.pkl", b"\x80\x02cposix\nsystem\nX\x0d\0\0\0touch outside\x85R.")?),
            REFUSED,
        ),
        ("labels that are a pipe", |w, t| loose(w, t, "labels.csv", "pipe"), REFUSED),
        ("frames that are a pipe", |w, t| loose(w, t, "vision/a0.csv", "pipe"), REFUSED),
        ("frames of 64 GiB", |w, t| loose(w, t, "vision/a0.csv", "huge"), REFUSED),
        (
            "ids with escapes, imported",
            |w, t| {
                copy(&w.file("loose"), &t.path("loose"))?;
                let labels = fs::read_to_string(w.file("loose/labels.csv"))?;
                fs::write(t.path("loose/labels.csv"), labels.replace("sentiment", ESCAPES))?;
                import(w, t, &t.path("loose"))
            },
            HEALED,
        ),
        ("vectors that are a pipe", |w, t| embed(w, t, &special(t, "x.txt", "pipe")?), REFUSED),
        ("vectors from a device", |w, t| embed(w, t, &special(t, "x.txt", "device")?), REFUSED),
        ("vectors of 64 GiB of zeros", |w, t| embed(w, t, &special(t, "x.txt", "huge")?), REFUSED),
        ("a specification that is a pipe", |w, t| in_run(w, t, "spec.json", "pipe", Act::Verify), REFUSED),
        ("a result that is a pipe", |w, t| in_run(w, t, "result.json", "pipe", Act::Verify), REFUSED),
        ("predictions that are a pipe", |w, t| in_run(w, t, "predictions.csv", "pipe", Act::Report), HEALED),
        ("predictions of 64 GiB", |w, t| in_run(w, t, "predictions.csv", "huge", Act::Report), HEALED),
        ("events that are a pipe", |w, t| in_run(w, t, "events.jsonl", "pipe", Act::Ablate), HEALED),
        ("a checkpoint that is a device", |w, t| in_run(w, t, "best.safetensors", "device", Act::Ablate), HEALED),
        ("a memory of hashes that is a pipe", |w, t| in_cache(w, t, "hashes.json", "pipe"), HEALED),
        (
            "a sweep's record that is a pipe",
            |w, t| {
                Act::Report.set_up(w, t.folder(), false)?;
                special(t, "runs/reports/own/sweep.json", "pipe")?;
                Ok(Act::Report.command(w, t.folder()))
            },
            REFUSED,
        ),
        (
            "a report whose record names another place",
            |w, t| {
                sealed(w, t, "reports/own/sweep.json", |text| {
                    text.replace("\"name\": \"own\"", "\"name\": \"../../outside\"")
                })
            },
            HEALED,
        ),
        (
            "scores of 1e296",
            |w, t| {
                sealed(w, t, "student/result.json", |text| {
                    text.replace("\"f1\": 0.", &format!("\"f1\": 1{}", "0".repeat(280)))
                })
            },
            HEALED,
        ),
        ("a prediction of 1e38", |w, t| predicted(w, t, |line| replaced(line, 4, "1e38")), HEALED),
        ("a prediction that is no number", |w, t| predicted(w, t, |line| replaced(line, 4, "NaN")), HEALED),
        (
            "a category that there is not",
            |w, t| predicted(w, t, |line| replaced(line, 3, "18446744073709551615")),
            HEALED,
        ),
        ("a condition that there is not", |w, t| predicted(w, t, |line| replaced(line, 0, ESCAPES)), HEALED),
    ]
}

/// A pipe, a device, a folder, or a file without data that is larger than any memory.
fn special(trial: &Trial, name: &str, kind: &str) -> Result<PathBuf> {
    let path = trial.path(name);
    if path.exists() {
        fs::remove_file(&path)?;
    }
    let text = path.display().to_string();
    match kind {
        "pipe" => tool("mkfifo", &[&text])?,
        // Root could make a device; whoever follows a link comes to the same.
        "device" => tool("ln", &["-s", "/dev/zero", &text])?,
        "folder" => fs::create_dir(&path)?,
        _ => fs::File::create(&path)?.set_len(64 << 30)?,
    }
    Ok(path)
}

fn put(trial: &Trial, name: &str, bytes: impl AsRef<[u8]>) -> Result<PathBuf> {
    fs::write(trial.path(name), bytes)?;
    Ok(trial.path(name))
}

fn told(world: &World, words: &[&str], path: &PathBuf) -> Command {
    let mut command = world.corrkd();
    command.args(words).arg(path);
    command
}

fn ablate(world: &World, trial: &Trial, experiment: &PathBuf) -> Result<Command> {
    let mut command = told(world, &["ablate"], experiment);
    command.arg("--data").arg(world.file("data")).arg("--runs").arg(trial.path("runs")).arg("--plain");
    Ok(command)
}

/// An experiment that is only planned.
fn dry(world: &World, trial: &Trial, text: &str) -> Result<Command> {
    fs::copy(world.file("recipe.toml"), trial.path("recipe.toml"))?;
    let mut command = ablate(world, trial, &put(trial, "x.toml", text)?)?;
    command.arg("--dry-run");
    Ok(command)
}

/// An experiment with something else in one place: all of it is to be refused before anything starts.
fn changed(world: &World, trial: &Trial, from: &str, to: &str) -> Result<Command> {
    fs::copy(world.file("recipe.toml"), trial.path("recipe.toml"))?;
    ablate(world, trial, &put(trial, "x.toml", EXPERIMENT.replace(from, to))?)
}

fn check(world: &World, path: &PathBuf) -> Result<Command> {
    Ok(told(world, &["data", "check"], path))
}

/// A recipe with something else in one place.
fn recipe(world: &World, trial: &Trial, from: &str, to: &str) -> Result<Command> {
    let mut command = told(world, &["data", "check"], &put(trial, "r.toml", RECIPE.replace(from, to))?);
    command.arg("--data").arg(world.file("data")).arg("--cache").arg(trial.path("cache"));
    Ok(command)
}

/// A sequence whose names and words a terminal would obey.
fn escapes(trial: &Trial) -> Result<PathBuf> {
    // The writer refuses such names, so they are put in place of others of their length.
    let plain = "p".repeat(ESCAPES.len());
    let words = Features::Texts(Rows::flat(1, vec![ESCAPES.to_owned()]));
    let entry = Entry { intervals: vec![[1.0, 0.0]], features: words };
    let path = trial.path("x.csd");
    sequence(&path, &plain, BTreeMap::from([(plain.clone(), entry)]))?;
    let mut bytes = fs::read(&path)?;
    for at in 0..bytes.len() - plain.len() {
        if bytes[at..].starts_with(plain.as_bytes()) {
            bytes[at..at + plain.len()].copy_from_slice(ESCAPES.as_bytes());
        }
    }
    fs::write(&path, bytes)?;
    Ok(path)
}

fn import(world: &World, trial: &Trial, path: &PathBuf) -> Result<Command> {
    let mut command = told(world, &["data", "import"], path);
    command.arg("--out").arg(trial.path("imported"));
    Ok(command)
}

/// A folder of single files, one of which is something else.
fn loose(world: &World, trial: &Trial, name: &str, kind: &str) -> Result<Command> {
    copy(&world.file("loose"), &trial.path("loose"))?;
    special(trial, &format!("loose/{name}"), kind)?;
    import(world, trial, &trial.path("loose"))
}

fn embed(world: &World, trial: &Trial, vectors: &PathBuf) -> Result<Command> {
    let mut command = told(world, &["data", "embed"], &world.file("words.csd"));
    command.arg("--vectors").arg(vectors).arg("--out").arg(trial.path("o.csd"));
    Ok(command)
}

/// A finished sweep, and the name of its first student.
fn finished(world: &World, trial: &Trial) -> Result<String> {
    copy(&world.reference(Act::Ablate).join("runs"), &trial.path("runs"))?;
    let student = world.students(&trial.path("runs"))?.remove(0);
    Ok(student.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

/// A finished sweep, a file of whose first student is something else.
fn in_run(world: &World, trial: &Trial, name: &str, kind: &str, act: Act) -> Result<Command> {
    let student = finished(world, trial)?;
    special(trial, &format!("runs/{student}/{name}"), kind)?;
    Ok(act.command(world, trial.folder()))
}

fn in_cache(world: &World, trial: &Trial, name: &str, kind: &str) -> Result<Command> {
    finished(world, trial)?;
    special(trial, &format!("runs/cache/{name}"), kind)?;
    Ok(Act::Ablate.command(world, trial.folder()))
}

/// The report of a finished sweep of which a record says something else, and is sealed again.
fn sealed(world: &World, trial: &Trial, name: &str, change: fn(&str) -> String) -> Result<Command> {
    let student = finished(world, trial)?;
    let path = trial.path("runs").join(name.replace("student", &student));
    let text = fs::read_to_string(&path)?;
    fs::write(&path, seal(change(&text).as_bytes()))?;
    Ok(Act::Report.command(world, trial.folder()))
}

/// The report of a finished sweep with another prediction in its first student, whose result is sealed again over it.
fn predicted(world: &World, trial: &Trial, change: fn(&str) -> String) -> Result<Command> {
    let run = trial.path("runs").join(finished(world, trial)?);
    let text = fs::read_to_string(run.join("predictions.csv"))?;
    let (header, rest) = text.split_once('\n').context("predictions")?;
    let (first, rest) = rest.split_once('\n').context("predictions")?;
    let other = format!("{header}\n{}\n{rest}", change(first));
    let [old, new] = [&text, &other].map(|text| blake3::hash(text.as_bytes()).to_hex().to_string());
    fs::write(run.join("predictions.csv"), other)?;
    let result = fs::read_to_string(run.join("result.json"))?.replace(&old, &new);
    fs::write(run.join("result.json"), seal(result.as_bytes()))?;
    Ok(Act::Report.command(world, trial.folder()))
}

fn replaced(line: &str, column: usize, cell: &str) -> String {
    let mut cells: Vec<&str> = line.split(',').collect();
    cells[column] = cell;
    cells.join(",")
}
