//! How far long work is, on the standard error: a bar on a terminal, a line now and then elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Lines are this far apart.
const PAUSE: Duration = Duration::from_secs(5);

/// Watches one piece of work.
pub(crate) struct Watch {
    what: &'static str,
    bar: Option<ProgressBar>,
    told: Cell<Instant>,
}

impl Watch {
    /// Watches the work called `what`, such as `aligning videos`.
    pub(crate) fn new(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template("{msg} {wide_bar} {percent} %, {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(what);
            bar
        });
        Self { what, bar, told: Cell::new(Instant::now()) }
    }

    /// So much of all is done, of the work or of its present part; always to go on.
    pub(crate) fn step(&self, done: usize, all: usize) -> ControlFlow<()> {
        match &self.bar {
            Some(bar) => {
                bar.set_length(all as u64);
                bar.set_position(done as u64);
            }
            None if self.told.get().elapsed() >= PAUSE => {
                self.told.set(Instant::now());
                corrkd_system::err(format_args!("{}: {} %", self.what, 100 * done / all.max(1)));
            }
            None => {}
        }
        ControlFlow::Continue(())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
