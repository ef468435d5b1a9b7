//! One trial: a folder of its own, draws of its own, and what was done in it, so that it can be told.

use crate::tally::Tally;
use crate::world::World;
use anyhow::Result;
use corrkd_random::Stream;
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Failed trials of a campaign whose folders are kept.
const KEPT: usize = 10;

/// A trial.
pub(crate) struct Trial {
    folder: PathBuf,
    stream: Stream,
    drawn: Cell<u64>,
    done: RefCell<Vec<String>>,
}

impl Trial {
    /// A number below `n`, which is not zero.
    pub(crate) fn below(&self, n: usize) -> usize {
        self.stream.below(self.position(), n)
    }

    /// A number in [0, 1).
    pub(crate) fn uniform(&self) -> f64 {
        self.stream.uniform(self.position())
    }

    /// One of several.
    pub(crate) fn one_of<'a, T>(&self, several: &'a [T]) -> &'a T {
        &several[self.below(several.len())]
    }

    fn position(&self) -> u64 {
        self.drawn.replace(self.drawn.get() + 1)
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Remembers what was done, for the description of a failure.
    pub(crate) fn did(&self, what: impl Display) {
        self.done.borrow_mut().push(what.to_string());
    }
}

/// Makes so many trials of a campaign, as many side by side as said, and counts them by the kind that each gives.
pub(crate) fn trials(
    world: &World,
    tally: &Tally,
    campaign: &str,
    (count, abreast): (usize, usize),
    body: impl Fn(&Trial, usize) -> Result<String> + Sync,
) {
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return;
            }
            let folder = world.folder().join(format!("{campaign}-{number}"));
            let trial = Trial {
                stream: Stream::new(world.seed, campaign).at(number as u64),
                folder: folder.clone(),
                drawn: Cell::new(0),
                done: RefCell::default(),
            };
            let made = fs::create_dir(&folder).map_err(Into::into);
            match made.and_then(|()| body(&trial, number)) {
                Ok(kind) => {
                    tally.tried(&kind, 1);
                    let _ = fs::remove_dir_all(&folder);
                }
                Err(error) => {
                    let done = trial.done.borrow().join(", ");
                    tally.failed(format!("{campaign} {number} of seed {}: {done}: {error:#}", world.seed));
                    tally.tried("failed", 1);
                    if tally.failures() > KEPT || fs::rename(&folder, world.kept().join(trial.name())).is_err() {
                        let _ = fs::remove_dir_all(&folder);
                    }
                }
            }
        }
    };
    thread::scope(|scope| (0..abreast).for_each(|_| _ = scope.spawn(work)));
}

impl Trial {
    fn name(&self) -> &std::ffi::OsStr {
        self.folder.file_name().unwrap_or_default()
    }
}
