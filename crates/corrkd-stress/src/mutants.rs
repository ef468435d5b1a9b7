//! Mutants: sound inputs of every reader, mutated by the hundred thousand, read in this program. Each reader works in a process
//! of its own with a limit on its memory, so that what kills it is told and not only waited for.

mod mutate;
mod readers;

use crate::tally::Tally;
use crate::world::World;
use anyhow::{Context, Result, bail};
use corrkd_random::Stream;
use corrkd_system::out;
use readers::{Place, READERS, Reader};
use std::cell::RefCell;
use std::fs;
use std::io::{BufRead, BufReader};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Address space of a reader's process in KiB: its threads and code take half, and no input is larger than a mebibyte.
const MEMORY_KIB: u64 = 1 << 20;
/// No input takes longer, even where all cores are busy.
const PATIENCE: Duration = Duration::from_secs(20);
/// Failures of a reader after which it is left.
const ENOUGH: usize = 5;

/// Which inputs a process is to read.
#[derive(clap::Args)]
pub(crate) struct Worker {
    reader: String,
    /// The files that the campaigns work on, and the sound inputs.
    files: PathBuf,
    seeds: PathBuf,
    /// Its own folder.
    scratch: PathBuf,
    seed: u64,
    from: u64,
    to: u64,
}

impl Worker {
    /// Reads them, and says before each which it is.
    pub(crate) fn run(&self) -> Result<()> {
        thread_local!(static PANIC: RefCell<String> = const { RefCell::new(String::new()) });
        panic::set_hook(Box::new(|info| PANIC.set(info.to_string().replace('\n', " "))));
        let reader = reader(&self.reader)?;
        let seeds = seeds(&self.seeds)?;
        let place = Place::new(&self.files, &self.seeds, &self.scratch)?;
        // A reader that refuses what is sound would show nothing.
        if !seeds.iter().any(|sound| (reader.read)(&place, sound)) {
            bail!("{} reads none of its sound inputs", self.reader);
        }
        for number in self.from..self.to {
            out(number)?;
            let bytes = input(reader, &seeds, self.seed, number);
            if catch_unwind(AssertUnwindSafe(|| (reader.read)(&place, &bytes))).is_err() {
                out(format_args!("panic {number} {}", PANIC.take()))?;
            }
        }
        out("done")?;
        Ok(())
    }
}

pub(crate) fn run(world: &World, tally: &Tally) -> Result<()> {
    let folder = world.folder().join("seeds");
    for reader in &READERS {
        let place = folder.join(reader.name);
        fs::create_dir_all(&place)?;
        for (number, (name, bytes)) in (reader.seeds)(world)?.into_iter().enumerate() {
            fs::write(place.join(format!("{number} {name}")), bytes)?;
        }
    }
    let shares: u64 = READERS.iter().map(|reader| reader.share).sum();
    let total = world.size(20_000, 1_000_000) as u64;
    let next = Mutex::new(READERS.iter());
    let work = || {
        while let Some(reader) = { next.lock().ok().and_then(|mut next| next.next()) } {
            // At least one in each form of the campaign.
            let count = (total * reader.share).div_ceil(shares);
            if let Err(error) = all(world, tally, reader, &folder.join(reader.name), count) {
                tally.failed(format!("{}: {error:#}", reader.name));
            }
        }
    };
    thread::scope(|scope| (0..2).for_each(|_| _ = scope.spawn(work)));
    Ok(())
}

/// All inputs of a reader, by as many processes as it takes.
fn all(world: &World, tally: &Tally, reader: &Reader, folder: &Path, count: u64) -> Result<()> {
    let seeds = seeds(folder)?;
    let mut from = 0;
    for _ in 0..ENOUGH {
        let (at, wrong) = watch(world, reader, folder, from, count)?;
        for (number, what) in wrong {
            let path = world.kept().join(format!("{} {number}", reader.name));
            fs::write(&path, input(reader, &seeds, world.seed, number))?;
            let name = reader.name;
            tally.failed(format!("mutant {number} of seed {} of {name}: {what}; it is {}", world.seed, path.display()));
        }
        tally.tried(reader.name, at - from);
        from = at;
        if from >= count {
            break;
        }
    }
    Ok(())
}

/// Watches a process read inputs: how far it came, and what went wrong with which.
fn watch(world: &World, reader: &Reader, folder: &Path, from: u64, to: u64) -> Result<(u64, Vec<(u64, String)>)> {
    let scratch = world.folder().join(format!("scratch-{}", reader.name));
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir(&scratch)?;
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"")]).arg(std::env::current_exe()?);
    command.args(["mutants", reader.name]).arg(world.file("")).arg(folder).arg(&scratch);
    command.args([world.seed, from, to].map(|number| number.to_string()));
    command.env("RUST_BACKTRACE", "0").env("RAYON_NUM_THREADS", "1").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.stdin(Stdio::null()).spawn()?;
    let lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let (send, receive) = channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
    let (mut at, mut wrong) = (None, Vec::new());
    let end = loop {
        match receive.recv_timeout(PATIENCE) {
            Ok(line) if line == "done" => break to,
            Ok(line) => match line.strip_prefix("panic ").and_then(|rest| rest.split_once(' ')) {
                Some((number, what)) => wrong.push((number.parse()?, format!("it panics: {what}"))),
                None => at = Some(line.parse()?),
            },
            Err(stop) => {
                let _ = child.kill();
                let status = child.wait()?;
                let Some(at) = at else { bail!("its process says nothing and ends with {status}") };
                wrong.push(match stop {
                    RecvTimeoutError::Timeout => (at, format!("no end after {} s", PATIENCE.as_secs())),
                    RecvTimeoutError::Disconnected => (at, format!("it kills the process, {status}")),
                });
                break at + 1;
            }
        }
    };
    child.wait()?;
    let _ = fs::remove_dir_all(scratch);
    Ok((end, wrong))
}

fn reader(name: &str) -> Result<&'static Reader> {
    READERS.iter().find(|reader| reader.name == name).with_context(|| format!("there is no reader `{name}`"))
}

/// The sound inputs in a folder, in order.
fn seeds(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    paths.into_iter().map(|path| Ok(fs::read(path)?)).collect()
}

/// A mutated input: the same for the same seed and number.
fn input(reader: &Reader, seeds: &[Vec<u8>], seed: u64, number: u64) -> Vec<u8> {
    mutate::mutated(seeds, Stream::new(seed, "mutants").named(reader.name).at(number), reader.sealed)
}
