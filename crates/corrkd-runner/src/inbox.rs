//! Everything the runner waits for, in one place: what the children say, their ends, and signals.

use crate::failure::{Failure, OrExit};
use anyhow::{Context, anyhow};
use corrkd_config::Exit;
use corrkd_system::{abandon, ignored};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1},
    iterator::Signals,
};
use std::{
    process,
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

/// Something that happened.
pub(crate) enum Message {
    /// A run's process wrote a line.
    Line {
        /// The task's index.
        task: usize,
        /// The line.
        line: String,
    },
    /// A run's process closed its output: it has ended.
    Closed {
        /// The task's index.
        task: usize,
    },
    /// Ctrl-C, a request to terminate, or the end of the terminal.
    Interrupt,
    /// A job is to end in order: each run behind its step.
    Stop,
}

/// Where messages arrive.
pub(crate) struct Inbox {
    /// For those who have something to say.
    pub(crate) sender: Sender<Message>,
    /// For the one who waits.
    receiver: Receiver<Message>,
}

impl Inbox {
    /// Opens the inbox and has signals delivered to it; the second one ends the runner on the spot.
    ///
    /// # Errors
    /// Exit code 2 if the system has no handler or thread left.
    pub(crate) fn open() -> Result<Self, Failure> {
        Self::hearing(&[SIGINT, SIGTERM, SIGHUP], &[])
    }

    /// The same in a job of a cluster, which says by SIGTERM or SIGUSR1 that it is to end in order.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn of_a_job() -> Result<Self, Failure> {
        Self::hearing(&[SIGINT, SIGHUP], &[SIGTERM, SIGUSR1])
    }

    fn hearing(at_once: &[i32], in_order: &'static [i32]) -> Result<Self, Failure> {
        let (sender, receiver) = channel();
        let interrupts = sender.clone();
        // With `nohup` it is to outlive the terminal.
        let heard = at_once.iter().chain(in_order).filter(|&&signal| signal != SIGHUP || !ignored(SIGHUP));
        let mut signals = Signals::new(heard).context("cannot set up Ctrl-C").or_exit(Exit::Input)?;
        let pass_on = move || {
            let mut earlier = false;
            for signal in signals.forever() {
                if in_order.contains(&signal) {
                    let _ = interrupts.send(Message::Stop);
                } else if earlier || interrupts.send(Message::Interrupt).is_err() {
                    abandon();
                    process::exit(Exit::Interrupted.code().into());
                } else {
                    earlier = true;
                }
            }
        };
        thread::Builder::new().spawn(pass_on).context("cannot start a thread").or_exit(Exit::Input)?;
        Ok(Self { sender, receiver })
    }

    /// The next message, if there is one in time.
    pub(crate) fn next(&self, patience: Duration) -> Option<Message> {
        // Never disconnected: one of the senders is its own.
        self.receiver.recv_timeout(patience).ok()
    }

    /// Waits a moment, in which nothing but a signal is expected.
    ///
    /// # Errors
    /// Exit code 130 on a signal.
    pub(crate) fn pause(&self, moment: Duration, at: &str) -> Result<(), Failure> {
        match self.next(moment) {
            Some(Message::Interrupt) => Err(interrupted(at)),
            Some(Message::Stop) => Err(stopped(at)),
            _ => Ok(()),
        }
    }
}

/// The same of a job that is to end in order: nothing is begun that would have to.
pub(crate) fn stopped(at: &str) -> Failure {
    Failure::new(Exit::Unfinished, anyhow!("told to stop while {at}; the same job goes on"))
}

/// What is said when a signal comes while something else is at work, or waited for.
pub(crate) fn interrupted(at: &str) -> Failure {
    Failure::new(Exit::Interrupted, anyhow!("interrupted while {at}; the same command goes on"))
}
