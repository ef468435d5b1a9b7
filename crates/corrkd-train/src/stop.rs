//! How a training is told to stop in order: behind the step that it is at, with all that the next process needs to go on.

use std::sync::atomic::{AtomicU8, Ordering};

/// Nobody trains: who is told to stop can end at once, as nothing is lost.
const IDLE: u8 = 0;
/// A training looks behind each step whether it is to stop.
const HEARD: u8 = 1;
/// It is to stop.
const ASKED: u8 = 2;

/// Between who is told to stop, as by a signal, and a training.
#[derive(Debug, Default)]
pub struct Stop(AtomicU8);

impl Stop {
    /// Nobody has asked yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU8::new(IDLE))
    }

    /// Asks; false where no training hears it.
    pub fn ask(&self) -> bool {
        self.0.compare_exchange(HEARD, ASKED, Ordering::Relaxed, Ordering::Relaxed) != Err(IDLE)
    }

    /// Hears from now on whoever asks, until this goes.
    pub(crate) fn hear(&self) -> Hearing<'_> {
        self.0.store(HEARD, Ordering::Relaxed);
        Hearing(self)
    }
}

/// A training that can be stopped.
pub(crate) struct Hearing<'a>(&'a Stop);

impl Hearing<'_> {
    /// Whether it is to stop.
    pub(crate) fn asked(&self) -> bool {
        self.0.0.load(Ordering::Relaxed) == ASKED
    }
}

impl Drop for Hearing<'_> {
    fn drop(&mut self) {
        self.0.0.store(IDLE, Ordering::Relaxed);
    }
}
