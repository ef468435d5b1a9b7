//! The commands that take their time: how each is set up, given, and held to what it leaves undisturbed.

use crate::bits;
use crate::command::copy;
use crate::world::World;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A long command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    /// A sweep over the data set in files.
    Ablate,
    /// A sweep over generated data.
    Generate,
    /// The data set made ready.
    Prepare,
    /// A finished run repeated.
    Verify,
    /// The data set aligned.
    Align,
    /// A file of arrays imported.
    Import,
    /// A sweep's report.
    Report,
    /// The data set fetched from a slow server.
    Fetch,
}

/// Files that say whether a folder is complete, which it is while one of these is at work.
const AT_WORK: [&str; 4] = [".unfinished", ".partial", ".part", ".tmp"];

impl Act {
    /// All of them; those that others start from come first.
    pub(crate) const ALL: [Self; 8] = [
        Self::Ablate,
        Self::Generate,
        Self::Prepare,
        Self::Verify,
        Self::Align,
        Self::Import,
        Self::Report,
        Self::Fetch,
    ];

    /// Puts in place what it starts from; of a sweep nothing, or the cache where it is `cold` no longer.
    pub(crate) fn set_up(self, world: &World, folder: &Path, cold: bool) -> Result<()> {
        let runs = folder.join("runs");
        match self {
            Self::Ablate | Self::Generate if !cold => {
                fs::create_dir(&runs)?;
                copy(&world.reference(self).join("runs/cache"), &runs.join("cache"))
            }
            Self::Verify => copy(&world.reference(Self::Ablate).join("runs"), &runs),
            Self::Report => {
                copy(&world.reference(Self::Ablate).join("runs"), &runs)?;
                let report = runs.join("reports/own");
                for name in bits::listing(&report)?.iter().filter(|name| *name != "sweep.json") {
                    fs::remove_file(report.join(name))?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The command, in a folder that is set up.
    pub(crate) fn command(self, world: &World, folder: &Path) -> Command {
        let (mut command, runs) = (world.corrkd(), folder.join("runs"));
        match self {
            Self::Ablate => return self.sweep(world, &runs, "own"),
            Self::Generate => return self.sweep(world, &runs, "generated"),
            Self::Prepare => {
                command.args(["prepare", "--dataset"]).arg(world.file("recipe.toml"));
                command.arg("--data").arg(world.file("data")).arg("--cache").arg(folder.join("cache"));
            }
            Self::Verify => {
                let student = world.students(&runs).unwrap_or_default().into_iter().next().unwrap_or_default();
                command.arg("verify").arg(student).arg("--data").arg(world.file("data"));
            }
            Self::Align => {
                command.args(["data", "align"]).arg(world.file("recipe.toml")).arg("--data").arg(world.file("data"));
                command.arg("--cache").arg(folder.join("cache")).arg("--out").arg(folder.join("out")).arg("--tensors");
            }
            Self::Import => {
                command.args(["data", "import"]).arg(world.file("bundle.pkl")).arg("--out").arg(folder.join("out"));
            }
            Self::Report => _ = command.arg("report").arg(&runs).arg("own"),
            Self::Fetch => {
                command.args(["data", "fetch"]).arg(world.file("recipe.toml")).arg("--to").arg(folder.join("data"));
                command.args(["--mirror", &world.server.url("/")]);
            }
        }
        command
    }

    /// `ablate` of one of the experiments.
    pub(crate) fn sweep(self, world: &World, runs: &Path, experiment: &str) -> Command {
        let mut command = world.corrkd();
        command.arg("ablate").arg(world.file(&format!("{experiment}.toml"))).arg("--runs").arg(runs);
        if self != Self::Generate {
            command.arg("--data").arg(world.file("data"));
        }
        command.arg("--plain");
        command
    }

    /// What is in the folder must be what is there after the same command undisturbed: no file lost or left over, the same
    /// bits.
    pub(crate) fn check(self, world: &World, folder: &Path) -> Result<()> {
        let reference = world.reference(self);
        let (expected, got) = (bits::listing(&reference)?, bits::listing(folder)?);
        let list = |names: BTreeSet<&String>| names.into_iter().cloned().collect::<Vec<_>>().join(", ");
        ensure!(got.is_superset(&expected), "lost: {}", list(expected.difference(&got).collect()));
        ensure!(expected.is_superset(&got), "left over: {}", list(got.difference(&expected).collect()));
        let runs = |folder: &Path| folder.join("runs");
        let of = |folder: &Path| match self {
            Self::Ablate => bits::sweep(&runs(folder), "own"),
            Self::Generate => bits::sweep(&runs(folder), "generated"),
            Self::Report => bits::tables(&runs(folder).join("reports/own")),
            Self::Verify | Self::Prepare | Self::Align | Self::Import | Self::Fetch => bits::files(folder),
        };
        bits::same(&of(&reference).context("undisturbed")?, &of(folder)?)?;
        for log in got.iter().filter(|name| name.ends_with("log.txt")) {
            let said = fs::read_to_string(folder.join(log))?;
            ensure!(!said.contains("panicked at"), "{log}: it panicked: {said}");
        }
        Ok(())
    }

    /// Whether the command can be given once more after it ended with 0: what it writes must not be there yet.
    pub(crate) fn refuses_twice(self) -> bool {
        matches!(self, Self::Align | Self::Import)
    }
}

/// Nothing that was begun may be left in a folder.
pub(crate) fn nothing_begun(folder: &Path, act: Act) -> Result<()> {
    let names = bits::listing(folder)?;
    // Downloads are gone on with.
    let endings = if act == Act::Fetch { &AT_WORK[..1] } else { &AT_WORK[..] };
    let begun: Vec<_> = names.iter().filter(|name| endings.iter().any(|ending| name.ends_with(ending))).collect();
    ensure!(begun.is_empty(), "begun and left: {begun:?}");
    Ok(())
}
