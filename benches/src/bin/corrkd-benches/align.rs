//! `cargo xtask bench --align`: ours and the Python SDK's operations in NumPy (benches/peer/sdk.py) align the same videos
//! in one run, in turn, after both have shown that they make the same of them; then our commands are held against what
//! they may take.

mod agreement;
mod command;
mod figures;
mod row;
mod work;

use crate::{checkout, process::Process, worker};
use agreement::Agreement;
use anyhow::{Context, Result};
use command::commands;
use corrkd_config::{Exit, Failure};
use corrkd_data::{synthetic, unseen};
use corrkd_system::{err, to_out};
use figures::Figures;
use row::{Row, Turn};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
pub(super) use work::Worker;

/// Videos that both align once they are read: all of MOSI's size that have a face.
const ALL: usize = 92;
/// Videos that both read, align and write: the SDK takes a second for each.
const SOME: usize = 24;
/// How often each program has its turn.
const TURNS: usize = 5;
/// The sequence whose rows are the segments.
const REFERENCE: &str = "glove_vectors";
/// The files, as `corrkd_data::synthetic` writes them.
const FILES: [&str; 3] = ["glove_vectors.csd", "COVAREP.csd", "FACET.csd"];

/// Measures, prints tables, and writes the figures to target/bench/align.json.
///
/// # Errors
/// Exit code 2 if the Python cannot be used, 1 if a program fails or the two do not make the same.
pub(super) fn compare(python: &Path, corrkd: &Path) -> Result<(), Failure> {
    usable(python)?;
    let folder = checkout().join("target/bench");
    let scratch = folder.join("align");
    fs::create_dir_all(&scratch).with_context(|| scratch.display().to_string())?;
    let pair = Pair { python: python.to_owned(), scratch };
    let figures = Figures { agreement: pair.agree()?, rows: pair.rows()?, commands: commands(corrkd, &folder)? };
    figures.write(&folder)?;
    to_out(&figures).context("cannot say the figures")?;
    Ok(())
}

fn usable(python: &Path) -> Result<(), Failure> {
    let remedy = "--python must name a Python that has numpy and h5py; `pip install numpy==2.4.6 h5py==3.16.0` gives \
                  them to one";
    let command = &mut sdk(python);
    let process = Process::run(command.arg("--help"));
    process.map(drop).map_err(|error| Failure::new(Exit::Input, error.context(remedy)))
}

fn sdk(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.arg("-B").arg(checkout().join("benches/peer/sdk.py"));
    command
}

/// The other program, and a folder for what they read and write.
struct Pair {
    python: PathBuf,
    scratch: PathBuf,
}

impl Pair {
    /// Has both write what they make of the files, which are generated where they are absent: how far apart that is.
    fn agree(&self) -> Result<Agreement> {
        if FILES.iter().any(|file| !self.files().join(file).is_file()) {
            err(format_args!("generating {}", self.files().display()));
            synthetic::generate(synthetic::Size::Mosi, &self.files(), &unseen)?;
        }
        err(format_args!("checking that both make the same of {SOME} videos"));
        self.ours(SOME, 1, true)?;
        self.theirs(SOME, false, true)?;
        Agreement::of(&self.scratch.join("ours"), &self.scratch.join("theirs"))
            .context("ours and benches/peer/sdk.py do not make the same: their times cannot be compared")
    }

    /// Everything that both do.
    fn rows(&self) -> Result<Vec<Row>> {
        let (mut once, mut whole) = (Vec::new(), [Vec::new(), Vec::new()]);
        let each = |seconds: f64, videos: usize| seconds / videos as f64;
        // What was written is still on its way to the disk when the next program runs, so this comes first.
        for turn in 1..=TURNS {
            err(format_args!("aligning: turn {turn} of {TURNS}"));
            once.push(Turn {
                ours: each(self.ours(ALL, 1, false)?.of_parts(&["align"])?, ALL),
                theirs: each(self.theirs(ALL, true, false)?.of_parts(&["gather", "cut"])?, ALL),
            });
        }
        for turn in 1..=TURNS {
            err(format_args!("reading, aligning, writing: turn {turn} of {TURNS}"));
            let theirs = each(self.theirs(SOME, false, true)?.seconds, SOME);
            for (threads, whole) in [1, 2].into_iter().zip(&mut whole) {
                whole.push(Turn { ours: each(self.ours(SOME, threads, true)?.seconds, SOME), theirs });
            }
        }
        let [one, two] = whole;
        Ok(vec![
            Row { work: "aligning 92 videos once they are read, 1 thread", turns: once, target: Some(100.0) },
            Row { work: "reading, aligning, writing 24 videos, 1 thread", turns: one, target: Some(20.0) },
            Row { work: "the same, 2 threads", turns: two, target: None },
        ])
    }

    fn ours(&self, videos: usize, threads: usize, write: bool) -> Result<Process> {
        let mut command = worker("videos", threads)?;
        command.args([REFERENCE, &videos.to_string()]).args(FILES.map(|file| self.files().join(file)));
        if write {
            command.arg("--out").arg(self.cleared("ours")?);
        }
        Process::run(&mut command)
    }

    fn theirs(&self, videos: usize, preload: bool, write: bool) -> Result<Process> {
        let mut command = sdk(&self.python);
        command.args(["align", "--reference", REFERENCE, "--collapse", "mean", "--videos", &videos.to_string()]);
        if preload {
            command.arg("--preload");
        }
        if write {
            command.arg("--out").arg(self.cleared("theirs")?);
        }
        Process::run(command.args(FILES.map(|file| self.files().join(file))))
    }

    fn files(&self) -> PathBuf {
        self.scratch.join("mosi")
    }

    /// A folder to write to, without what was written there before.
    fn cleared(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratch.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        Ok(folder)
    }
}
