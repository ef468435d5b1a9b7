//! What all campaigns share: the program, the files it works on, and what it makes of them where nothing disturbs it.

use crate::act::Act;
use crate::server::Server;
use crate::{bits, data};
use anyhow::{Context, Result, ensure};
use corrkd_config::Exit;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program and where it is tried.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) short: bool,
    program: PathBuf,
    /// `target/stress`.
    folder: PathBuf,
    /// Gives the data set's files, slowly.
    pub(crate) server: Server,
    /// How long each command takes, in seconds, and what it says.
    undisturbed: BTreeMap<Act, (f64, String)>,
    /// Held while this process works there.
    _lock: File,
}

impl World {
    /// Makes the files, and does every command once.
    pub(crate) fn make(program: &Path, seed: u64, short: bool) -> Result<Self> {
        let program = fs::canonicalize(program).with_context(|| program.display().to_string())?;
        let own = std::env::current_exe()?;
        let folder = own.parent().and_then(Path::parent).unwrap_or(Path::new(".")).join("stress");
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        ensure!(lock.try_lock().is_ok(), "{}: another process works here; wait for it", folder.display());
        for left in ["work", "failed"] {
            if folder.join(left).exists() {
                fs::remove_dir_all(folder.join(left))?;
            }
            fs::create_dir(folder.join(left))?;
        }
        let files = folder.join("work/files");
        data::write(&files)?;
        let file = |name: &str| Ok((format!("{name}.csd"), fs::read(files.join(format!("data/{name}.csd")))?));
        let served = data::SEQUENCES.into_iter().map(file).collect::<Result<Vec<_>>>()?;
        let server = Server::of_files(served, 8)?;
        let mut world = Self { seed, short, program, folder, server, undisturbed: BTreeMap::new(), _lock: lock };
        for act in Act::ALL {
            let place = world.reference(act);
            fs::create_dir(&place)?;
            act.set_up(&world, &place, true)?;
            let ended = crate::command::run(&mut act.command(&world, &place))?;
            ended.expect(&[Exit::Done]).with_context(|| format!("{act:?} where nothing disturbs it"))?;
            world.undisturbed.insert(act, (ended.seconds, ended.out));
        }
        Ok(world)
    }

    /// Where trials have their folders.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// Where what failed is kept.
    pub(crate) fn kept(&self) -> PathBuf {
        self.folder.join("failed")
    }

    /// One of the files that [`data::write`] makes.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join("work/files").join(name)
    }

    /// The folder in which a command was done undisturbed.
    pub(crate) fn reference(&self, act: Act) -> PathBuf {
        self.folder.join("work").join(format!("undisturbed-{act:?}"))
    }

    /// How long a command takes undisturbed, in seconds.
    pub(crate) fn seconds(&self, act: Act) -> f64 {
        self.undisturbed.get(&act).map_or(1.0, |(seconds, _)| *seconds)
    }

    /// What it says then on the standard output.
    pub(crate) fn out(&self, act: Act) -> &str {
        self.undisturbed.get(&act).map_or("", |(_, out)| out)
    }

    /// The program, still without arguments.
    pub(crate) fn corrkd(&self) -> Command {
        Command::new(&self.program)
    }

    /// The program's path.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// `short` in the short form, else `long`.
    pub(crate) fn size(&self, short: usize, long: usize) -> usize {
        if self.short { short } else { long }
    }

    /// The students of a finished sweep, by the folders of their runs.
    pub(crate) fn students(&self, runs: &Path) -> Result<Vec<PathBuf>> {
        let names = bits::listing(runs)?;
        let students: Vec<_> =
            names.iter().filter(|name| name.starts_with("student-") && !name.contains('/')).collect();
        ensure!(!students.is_empty(), "{}: no student", runs.display());
        Ok(students.into_iter().map(|name| runs.join(name)).collect())
    }
}
