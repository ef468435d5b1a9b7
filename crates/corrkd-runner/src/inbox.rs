//! Everything the runner waits for, in one place: what the children say, their ends, and Ctrl-C.

use anyhow::Context;
use corrkd_config::Exit;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{
    process,
    sync::mpsc::{Receiver, Sender, channel},
    thread,
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
    /// Ctrl-C, or a request to terminate.
    Interrupt,
}

/// Where messages arrive.
pub(crate) struct Inbox {
    /// For those who have something to say.
    pub(crate) sender: Sender<Message>,
    /// For the one who waits.
    pub(crate) receiver: Receiver<Message>,
}

impl Inbox {
    /// Opens the inbox and has Ctrl-C delivered to it; the second one ends the runner on the spot.
    ///
    /// # Errors
    /// If the handler cannot be set.
    pub(crate) fn open() -> anyhow::Result<Self> {
        let (sender, receiver) = channel();
        let interrupts = sender.clone();
        let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot set up Ctrl-C")?;
        thread::spawn(move || {
            for (earlier, _) in signals.forever().enumerate() {
                if earlier > 0 || interrupts.send(Message::Interrupt).is_err() {
                    process::exit(Exit::Interrupted.code().into());
                }
            }
        });
        Ok(Self { sender, receiver })
    }
}
