//! Where progress is shown: bars on a terminal, lines elsewhere.

use super::tally::Tally;
use corrkd_system::{err, shown};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::{
    collections::BTreeMap,
    io::{IsTerminal, stderr},
};

/// One of the two ways.
pub(crate) enum Screen {
    Lines,
    Bars {
        multi: MultiProgress,
        /// The bar over all epochs, below the others.
        overall: ProgressBar,
        /// The line of each task at work.
        at_work: BTreeMap<usize, ProgressBar>,
    },
}

impl Screen {
    /// Bars if stderr is a terminal, unless plain lines are asked for.
    pub(crate) fn new(plain: bool) -> Self {
        if plain || !stderr().is_terminal() {
            return Self::Lines;
        }
        let multi = MultiProgress::new();
        let overall = multi.add(ProgressBar::new(0));
        overall.set_style(style("[{bar:16}] {elapsed} {wide_msg}"));
        Self::Bars { multi, overall, at_work: BTreeMap::new() }
    }

    /// A line that stays.
    pub(crate) fn say(&self, line: &str) {
        match self {
            Self::Lines => err(line),
            // A terminal that went away cannot be told anything.
            Self::Bars { multi, .. } => drop(multi.println(shown(line))),
        }
    }

    /// A task starts.
    pub(crate) fn open(&mut self, task: usize, name: &str) {
        match self {
            Self::Lines => err(format_args!("start {name}")),
            Self::Bars { multi, overall, at_work } => {
                let line = multi.insert_before(overall, ProgressBar::new_spinner());
                line.set_style(style("{wide_msg}"));
                line.set_message(shown(&format!("{name} starting")).into_owned());
                at_work.insert(task, line);
            }
        }
    }

    /// A task went on; `told` says whether that is worth a plain line.
    pub(crate) fn update(&self, task: usize, line: &str, told: bool) {
        match self {
            Self::Lines if told => err(format_args!("epoch {line}")),
            Self::Lines => {}
            Self::Bars { at_work, .. } => {
                if let Some(bar) = at_work.get(&task) {
                    bar.set_message(shown(line).into_owned());
                }
            }
        }
    }

    /// A task ended; the line stays in its place.
    pub(crate) fn close(&mut self, task: usize, line: &str) {
        if let Self::Bars { at_work, .. } = self
            && let Some(bar) = at_work.remove(&task)
        {
            bar.finish_and_clear();
        }
        self.say(line);
    }

    /// The overall bar moves.
    pub(crate) fn overall(&self, tally: &Tally) {
        if let Self::Bars { overall, .. } = self {
            let (trained, all) = tally.epochs();
            overall.set_length(all);
            overall.set_position(trained);
            overall.set_message(tally.to_string());
        }
    }

    /// Says how far all runs are, where no bar shows it.
    pub(crate) fn far(&self, tally: &Tally) {
        if let Self::Lines = self {
            err(format_args!("so far {tally}"));
        }
    }

    /// Draws the time anew. No thread of its own does: there may be none left, and it would panic.
    pub(crate) fn tick(&self) {
        if let Self::Bars { overall, .. } = self {
            overall.tick();
        }
    }

    /// Takes the bars away.
    pub(crate) fn clear(&mut self) {
        if let Self::Bars { overall, at_work, .. } = self {
            at_work.values().for_each(ProgressBar::finish_and_clear);
            overall.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}
