//! Everything the runner waits for, in one place: what the children say, their ends, and Ctrl-C.

use crate::exit::INTERRUPTED;
use anyhow::Context;
use std::{
    process,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
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
        let interrupted = AtomicBool::new(false);
        ctrlc::set_handler(move || {
            if interrupted.swap(true, Ordering::SeqCst) || interrupts.send(Message::Interrupt).is_err() {
                process::exit(INTERRUPTED.into());
            }
        })
        .context("cannot set up Ctrl-C")?;
        Ok(Self { sender, receiver })
    }
}
