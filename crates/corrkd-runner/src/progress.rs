//! What is told while the runs go on, on stderr: the same facts as bars on a terminal or as plain lines.

mod duration;
mod line;
mod screen;
mod tally;

use crate::tasks::{State, Tasks};
use corrkd_record::Event;
use line::Lines;
use screen::Screen;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tally::Tally;

/// About how many epochs of a run are told as plain lines.
const TOLD_EPOCHS: usize = 10;
/// How long plain lines go without saying how far all runs are.
const QUIET: Duration = Duration::from_secs(30);
/// How many terms of a loss a line has room for.
const TERMS: usize = 4;

/// The teller.
pub(crate) struct Progress {
    tally: Tally,
    screen: Screen,
    lines: Lines,
    /// When it was last said how far all runs are.
    told: Instant,
    /// When each task's process started.
    since: Vec<Instant>,
}

impl Progress {
    /// Starts telling; `plain` asks for lines even on a terminal.
    pub(crate) fn new(tasks: &Tasks, plain: bool) -> Self {
        let epochs = tasks.list.iter().map(|task| task.epochs).max().unwrap_or(0);
        let lines =
            Lines::new(tasks.list.iter().map(|task| (&*task.row, task.seed, task.fold.as_deref())), TERMS, epochs);
        let waiting = |state: &State| *state == State::Waiting;
        let tally = Tally::new(tasks.list.iter().map(|task| waiting(&task.state).then_some(task.epochs)));
        let screen = Screen::new(plain);
        if tasks.finished() > 0 {
            screen.say(&format!("reuse {} of {} runs, finished earlier", tasks.finished(), tasks.list.len()));
        }
        screen.overall(&tally);
        let now = Instant::now();
        Self { tally, screen, lines, told: now, since: vec![now; tasks.list.len()] }
    }

    /// A task's process has started.
    pub(crate) fn started(&mut self, task: usize) {
        self.since[task] = Instant::now();
        self.screen.open(task, &self.lines.name(task));
    }

    /// A task's process has said something.
    pub(crate) fn event(&mut self, task: usize, event: &Event) {
        let name = self.lines.name(task);
        match event {
            Event::Started { epochs, resumed_from, .. } => {
                self.tally.resumed(task, *epochs, resumed_from.unwrap_or(0));
                if let Some(epoch) = resumed_from {
                    self.screen.say(&format!("start {name} resumes after epoch {epoch}"));
                }
            }
            Event::Epoch { epoch, epochs, losses, validation, .. } => {
                self.tally.trained(task, *epoch);
                let line = self.lines.epoch(task, *epoch, *epochs, losses, validation.f1);
                let tenth = |epoch: usize| epoch.saturating_mul(TOLD_EPOCHS) / (*epochs).max(1);
                let told = tenth(*epoch) > tenth(epoch.saturating_sub(1));
                self.screen.update(task, &line, told);
                if told && self.told.elapsed() >= QUIET {
                    self.told = Instant::now();
                    self.screen.far(&self.tally);
                }
            }
            Event::Evaluating { conditions } => {
                self.screen.update(task, &format!("{name} evaluating, {conditions} conditions"), false);
            }
            Event::Waiting => {
                self.screen.say(&format!("wait  {name}: another process works on it"));
                self.screen.update(task, &format!("{name} waits for another process"), false);
            }
            Event::Warning { message } => self.screen.say(&format!("warn  {name}: {message}")),
            Event::Stopped { .. } | Event::Finished { .. } | Event::Failed { .. } => {}
        }
        self.screen.overall(&self.tally);
    }

    /// A task's process has said something that is not an event.
    pub(crate) fn remark(&mut self, task: usize, line: &str) {
        self.screen.say(&format!("note  {}: {line}", self.lines.name(task)));
    }

    /// A task has its result.
    pub(crate) fn finished(&mut self, task: usize) {
        self.tally.finished(task);
        let took = duration::text(self.since[task].elapsed());
        self.screen.close(task, &format!("done  {} in {took}; {}", self.lines.name(task), self.tally));
        self.screen.overall(&self.tally);
    }

    /// A task that had its result has it no more.
    pub(crate) fn lost(&mut self, task: usize, epochs: usize) {
        self.tally.lost(task, epochs);
        self.screen.say(&format!("again {}: its result is not there any more, or damaged", self.lines.name(task)));
    }

    /// A task is started again, when what it needs is there again.
    pub(crate) fn put_off(&mut self, task: usize, epochs: usize) {
        self.tally.resumed(task, epochs, 0);
        self.screen.close(task, &format!("again {}, when it has what it needs", self.lines.name(task)));
    }

    /// A task was told to stop, and did.
    pub(crate) fn stopped(&mut self, task: usize) {
        self.screen.close(task, &format!("stop  {}, which goes on from there", self.lines.name(task)));
    }

    /// A task will have no result, and why; with the end of its log.
    pub(crate) fn failed(&mut self, task: usize, reason: &str, tail: &[&str], log: &Path) {
        self.tally.failed(task);
        self.screen.close(task, &format!("FAIL  {}: {reason}", self.lines.name(task)));
        if !tail.is_empty() {
            self.screen.say(&format!("      the end of {}:", log.display()));
            tail.iter().for_each(|line| self.screen.say(&format!("      | {line}")));
        }
        self.screen.overall(&self.tally);
    }

    /// Nothing has happened for a while.
    pub(crate) fn tick(&self) {
        self.screen.tick();
    }

    /// Nothing more will be told.
    pub(crate) fn close(&mut self) {
        self.screen.clear();
    }
}
