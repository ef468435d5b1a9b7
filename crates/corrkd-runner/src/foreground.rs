//! A child that is run to its end before anything else happens: the preparation, the report.

use crate::{
    child,
    failure::{Failure, OrExit},
    inbox::{Inbox, Message, interrupted, stopped},
};
use anyhow::Context;
use corrkd_config::Exit;
use std::{
    io::{self, Read},
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

/// Where the child's stdout goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdout {
    /// To ours.
    Shown,
    /// Into the returned text.
    Kept,
}

/// More than such a child has to say.
const LIMIT: u64 = 1 << 24;

/// Runs the child to its end, or stops it on a signal; `at` says what it does.
///
/// # Errors
/// Exit code 2 if it cannot be started, 130 if it was stopped.
pub(crate) fn run(
    command: &mut Command,
    stdout: Stdout,
    inbox: &Inbox,
    at: &str,
) -> Result<(ExitStatus, String), Failure> {
    let name = command.get_program().display().to_string();
    if stdout == Stdout::Kept {
        command.stdout(Stdio::piped());
    }
    let mut child = child::start(command).with_context(|| format!("cannot start {name}")).or_exit(Exit::Input)?;
    let text = match read(&mut child) {
        Ok(text) => text,
        Err(error) => {
            child::end([&mut child]);
            return Err(error).context("cannot start a thread").or_exit(Exit::Input);
        }
    };
    let status = loop {
        if let Some(status) = child.try_wait().with_context(|| format!("cannot wait for {name}"))? {
            break status;
        }
        let told = match inbox.next(Duration::from_millis(10)) {
            Some(Message::Interrupt) => interrupted(at),
            Some(Message::Stop) => stopped(at),
            _ => continue,
        };
        child::end([&mut child]);
        return Err(told);
    };
    if status.code().is_none() {
        // A signal: a terminal's Ctrl-C reaches the child as well, and often before us.
        inbox.pause(Duration::from_millis(200), at)?;
    }
    let text = text.map(|reader| reader.join().unwrap_or_default()).unwrap_or_default();
    Ok((status, text))
}

/// Reads what the child says on its stdout, where that is kept.
fn read(child: &mut Child) -> io::Result<Option<JoinHandle<String>>> {
    let Some(mut pipe) = child.stdout.take() else { return Ok(None) };
    let read = move || {
        let mut bytes = Vec::new();
        // A pipe that breaks ends the text; the exit status tells the rest. What is too much is read and forgotten.
        let _ = pipe.by_ref().take(LIMIT).read_to_end(&mut bytes);
        let _ = io::copy(&mut pipe, &mut io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    };
    thread::Builder::new().spawn(read).map(Some)
}
